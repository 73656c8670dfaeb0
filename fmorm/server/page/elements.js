"use strict";

const PROPERTIES = new Set(["value", "checked", "disabled"]);

/** Makes an element. What comes from the data goes in as text: nothing here reads HTML. */
function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") element.addEventListener(key, value);
    else if (PROPERTIES.has(key)) element[key] = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

const byId = (id) => document.getElementById(id);

/** Says something to those who listen to the page. */
function say(text) {
  byId("status").textContent = text;
}

function button(text, act, attributes = {}) {
  return make("button", { type: "button", click: act, ...attributes }, text);
}

/** Makes a button that copies what `give` gives. */
function copyButton(text, give) {
  const copier = button(text, async () => {
    copier.textContent = (await copy(give())) ? "Copied" : "Could not copy";
    say(copier.textContent);
    setTimeout(() => (copier.textContent = text), 1500);
  });
  return copier;
}

async function copy(text) {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // the older way may still be allowed
    }
  }
  const area = make("textarea", { class: "unseen", value: text, readonly: true });
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

/** Makes a table that scrolls inside its own frame, also by keyboard. */
function scrolling(label, table, more = "") {
  return make(
    "div",
    { class: `scrolling ${more}`, tabindex: "0", role: "region", "aria-label": label },
    table,
  );
}

/** Gives a link to a place of the page, `#/file/people/layout/person`. */
function place(...parts) {
  return "#/" + parts.map(encodeURIComponent).join("/");
}

/** FileMaker ends lines with CR. */
function shown(value) {
  return String(value).replace(/\r\n?/g, "\n");
}

function plural(count, one, many = one + "s") {
  return `${count} ${count === 1 ? one : many}`;
}
