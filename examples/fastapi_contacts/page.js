// The page of the address book: it asks the API, and draws what it says. Texts become text nodes, never HTML.

const LABELS = { name: "Name", company: "Company", email: "E-mail", category: "Category", birthday: "Birthday", city: "City", notes: "Notes" };
const COLUMNS = ["name", "company", "city", "category"];
const PER_PAGE = 10;
const main = document.getElementById("main");
let message = null; // told once, on the next view

// -- drawing ------------------------------------------------------------------------------------------------

function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value != null) element.setAttribute(key, value);
  }
  element.append(...children.flat().filter((child) => child != null));
  return element;
}

function draw(title, ...children) {
  document.title = `${title} · Contacts`;
  const told = message && el("p", { class: message.bad ? "note bad" : "note", role: "status" }, message.text);
  message = null;
  main.replaceChildren(...[told, ...children].flat().filter((child) => child != null));
}

function tell(text, bad = false) { message = { text, bad }; }

// -- asking -------------------------------------------------------------------------------------------------

class Refused extends Error {
  constructor(answer, body) {
    super(typeof body.detail === "string" ? body.detail : "The server does not take this.");
    this.status = answer.status;
    this.body = body;
  }
}

async function ask(method, path, { body, json, headers = {} } = {}) {
  const token = sessionStorage.getItem("token");
  if (token) headers.Authorization = `Bearer ${token}`;
  if (json) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(`api${path}`, { method, headers, body: json ? JSON.stringify(json) : body });
  } catch {
    throw new Error(method === "GET" ? "The server is not reached." :
      "The connection broke: this may be saved, or not. Look before you save it again.");
  }
  if (answer.ok) return answer;
  const refused = new Refused(answer, await answer.json().catch(() => ({})));
  if (answer.status === 401 && path !== "/token") {
    sessionStorage.removeItem("token");
    tell(token ? refused.message : "Please log in.", Boolean(token));
    logIn();
  }
  throw refused;
}

// -- who it is ----------------------------------------------------------------------------------------------

function logIn() {
  document.getElementById("who").replaceChildren();
  const form = el("form", { class: "card", onsubmit: enter },
    el("h2", {}, "Log in with your FileMaker account"),
    el("div", { class: "fields" },
      el("div", {}, el("label", { for: "user" }, "Account"), el("input", { id: "user", name: "username", required: true, autocomplete: "username" })),
      el("div", {}, el("label", { for: "password" }, "Password"), el("input", { id: "password", name: "password", type: "password", required: true, autocomplete: "current-password" }))),
    el("div", { class: "actions" }, el("button", {}, "Log in")));
  draw("Log in", form);
}

async function enter(event) {
  event.preventDefault();
  try {
    const answer = await ask("POST", "/token", { body: new URLSearchParams(new FormData(event.target)) });
    sessionStorage.setItem("token", (await answer.json()).access_token);
    await show();
  } catch (error) {
    tell(error.message, true);
    logIn();
  }
}

async function logOut() {
  await ask("POST", "/log-out").catch(() => {});
  sessionStorage.removeItem("token");
  logIn();
}

async function showWho() {
  const account = await (await ask("GET", "/me")).json();
  document.getElementById("who").replaceChildren(account, " ", el("button", { class: "quiet", onclick: logOut }, "Log out"));
}

// -- the list -----------------------------------------------------------------------------------------------

async function list(query) {
  const words = query.get("q") ?? "", sort = query.get("sort") ?? "name", order = query.get("order") ?? "asc";
  const number = Number(query.get("page") ?? 1);
  const place = (more) => "#/?" + new URLSearchParams({ q: words, sort, order, page: 1, ...more });
  const asked = new URLSearchParams({ q: words, sort, order, page: number, per_page: PER_PAGE });
  const page = await (await ask("GET", `/contacts?${asked}`)).json();
  const search = (event) => {
    event.preventDefault();
    location.hash = place({ q: event.target.elements.q.value });
  };
  const heading = (name) => {
    const turned = name === sort && order === "asc" ? "desc" : "asc";
    const arrow = name === sort ? (order === "asc" ? " ↑" : " ↓") : "";
    return el("th", { "aria-sort": arrow && (order === "asc" ? "ascending" : "descending") }, el("a", { href: place({ sort: name, order: turned }) }, LABELS[name] + arrow));
  };
  const row = (one) => el("tr", {},
    el("td", {}, el("a", { href: `#/contacts/${encodeURIComponent(one.id)}` }, one.name)),
    ...COLUMNS.slice(1).map((name) => el("td", {}, one[name] ?? "")));
  const first = (page.page - 1) * PER_PAGE + 1;
  const range = page.total ? `${first} to ${first + page.items.length - 1} of ${page.total}` : "Nothing matches.";
  draw("List",
    el("form", { class: "search", onsubmit: search, role: "search" },
      el("input", { type: "search", name: "q", value: words, "aria-label": "Search", placeholder: "Name, company, e-mail, city" }),
      el("button", {}, "Search"), el("a", { class: "button quiet", href: "#/new" }, "New contact")),
    el("section", { class: "card" },
      el("table", { class: "contacts" }, el("thead", {}, el("tr", {}, COLUMNS.map(heading))), el("tbody", {}, page.items.map(row))),
      el("nav", { class: "pages" }, range, el("span", { class: "spring" }),
        page.page > 1 ? el("a", { href: place({ page: page.page - 1 }) }, "Previous") : null,
        page.page < page.pages ? el("a", { href: place({ page: page.page + 1 }) }, "Next") : null)));
}

// -- one contact --------------------------------------------------------------------------------------------

const BLANK = { ...Object.fromEntries(Object.keys(LABELS).map((name) => [name, null])), phones: [] };

async function read(key) {
  const answer = await ask("GET", `/contacts/${encodeURIComponent(key)}`);
  return { tag: answer.headers.get("ETag"), contact: await answer.json() };
}

async function contact(key) {
  const { tag, contact } = key === null ? { tag: null, contact: BLANK } : await read(key);
  await sheet(key, tag, contact, contact);
}

/** Draw the form: `was` is what the server has, `now` what the boxes hold. */
async function sheet(key, tag, was, now, { errors = {}, differences = [] } = {}) {
  const lists = await (await ask("GET", "/choices")).json();
  const box = (name) => el("div", { class: name === "notes" ? "wide" : null },
    el("label", { for: name }, LABELS[name]), input(name, now[name], lists[name]), problem(errors[name]));
  const lines = el("tbody", {}, now.phones.map((one) => line(one, lists.label)), line({}, lists.label));
  const form = el("form", { class: "card", novalidate: true, onsubmit: (event) => save(event, key, tag, was) },
    el("h2", {}, key === null ? "New contact" : was.name),
    problem(errors[""]),
    el("div", { class: "fields" }, Object.keys(LABELS).map(box)),
    el("h2", {}, "Telephone"), el("table", { class: "phones" }, lines),
    el("div", { class: "actions" }, el("button", {}, "Save"), el("a", { class: "button quiet", href: "#/" }, "Back to the list"),
      was.changed_by ? el("span", { class: "soft" }, `Changed by ${was.changed_by}, ${was.changed.replace("T", " ")}`) : null));
  draw(was.name ?? "New contact", conflict(differences, was.changed_by), form, key === null ? null : pictures(key, tag, was));
}

function problem(text) { return text ? el("p", { class: "error", role: "alert" }, text) : null; }

function input(name, value, choices) {
  if (choices) return choose({ id: name, name }, value, choices);
  if (name === "notes") return el("textarea", { id: name, name, rows: 4 }, value ?? "");
  return el("input", { id: name, name, value: value ?? "", type: name === "birthday" ? "date" : "text" });
}

function choose(attributes, value, choices) {
  const known = choices.some((one) => one.value === value) || !value;
  const options = [{ value: "", display: "" }, ...choices, ...(known ? [] : [{ value, display: value }])];
  return el("select", attributes, options.map((one) => el("option", { value: one.value, selected: one.value === (value ?? "") }, one.display)));
}

function line(one, labels) {
  return el("tr", { "data-row": one.record_id ?? "" },
    el("td", { class: "narrow" }, choose({ name: "label", "aria-label": "Label" }, one.label, labels)),
    el("td", {}, el("input", { name: "number", type: "tel", value: one.number ?? "", "aria-label": "Number", placeholder: one.record_id ? null : "Another number" })),
    el("td", { class: "narrow" }, one.record_id ? el("label", {}, el("input", { type: "checkbox", name: "remove", checked: one.remove }), " Remove") : null));
}

/** Take what the boxes hold; an empty box is null. */
function held(form) {
  const now = Object.fromEntries(Object.keys(LABELS).map((name) => [name, form.elements[name].value || null]));
  now.phones = [...form.querySelectorAll("tr[data-row]")].map((tr) => ({
    record_id: tr.dataset.row || null,
    label: tr.querySelector("[name=label]").value || null,
    number: tr.querySelector("[name=number]").value,
    remove: tr.querySelector("[name=remove]")?.checked ?? false,
  })).filter((one) => one.record_id || one.label || one.number);
  return now;
}

/** Give what was changed, and nothing else. */
function changes(was, now) {
  const changed = Object.fromEntries(Object.keys(LABELS).filter((name) => now[name] !== was[name]).map((name) => [name, now[name]]));
  if (changed.name === null) changed.name = "";
  const before = new Map(was.phones.map((one) => [one.record_id, one]));
  const phones = now.phones.filter((one) => {
    const old = before.get(one.record_id);
    return !old || one.remove || old.label !== one.label || old.number !== one.number;
  });
  return phones.length ? { ...changed, phones } : changed;
}

async function save(event, key, tag, was) {
  event.preventDefault();
  const form = event.target, now = held(form), json = changes(was, now), button = form.querySelector("button");
  button.disabled = true; // a second click is not a second contact
  try {
    const answer = key === null
      ? await ask("POST", "/contacts", { json: { name: "", ...json } })
      : await ask("PATCH", `/contacts/${encodeURIComponent(key)}`, { json, headers: { "If-Match": tag } });
    const saved = await answer.json();
    tell("Saved.");
    if (key === null) location.hash = `#/contacts/${encodeURIComponent(saved.id)}`;
    else await sheet(key, answer.headers.get("ETag"), saved, saved);
  } catch (error) {
    if (error.status === 401) return;
    if (error.status === 412) await decide(key, was, now);
    else await sheet(key, tag, was, now, { errors: explained(error, now) });
  } finally {
    button.disabled = false;
  }
}

function explained(error, now) {
  if (!Array.isArray(error.body?.detail)) return { "": error.message };
  const said = {};
  for (const { type, loc, msg } of error.body.detail) {
    if (type === "filemaker_504") said.email = "Another contact has this address."; // FileMaker does not name the field: this one is unique
    else if (type.startsWith("filemaker_") && !now.name) said.name = "A contact needs a name.";
    else said[loc[1] in LABELS ? loc[1] : ""] = msg;
  }
  return said;
}

// -- two people at one contact ------------------------------------------------------------------------------

/** Read what they have saved, and put my changes on top of it; the next save does so knowingly. */
async function decide(key, was, mine) {
  const { tag, contact: theirs } = await read(key);
  const differences = [], now = { ...theirs };
  const note = (label, before, my, their) => {
    if (my !== before || their !== before) differences.push({ label, before, my, their });
  };
  for (const name of Object.keys(LABELS)) {
    if (mine[name] !== was[name]) now[name] = mine[name];
    note(LABELS[name], was[name], mine[name], theirs[name]);
  }
  const text = (one) => (one && !one.remove ? `${one.label ?? ""} ${one.number}`.trim() : null);
  const by = (rows) => new Map(rows.map((one) => [one.record_id, one]));
  const [old, my, their] = [by(was.phones), by(mine.phones), by(theirs.phones)];
  now.phones = [];
  for (const id of new Set([...old.keys(), ...their.keys()])) {
    const before = old.get(id), here = my.get(id), there = their.get(id);
    if (before) note("Telephone", text(before), text(here), text(there));
    else note("Telephone", null, null, text(there));
    const touched = before && text(here) !== text(before);
    if (there) now.phones.push(touched ? { ...here } : there);
    else if (touched && !here.remove) now.phones.push({ ...here, record_id: null }); // theirs is gone: mine is a new one
  }
  now.phones.push(...mine.phones.filter((one) => !one.record_id));
  await sheet(key, tag, theirs, now, { differences });
}

function conflict(differences, who) {
  if (!differences.length) return null;
  const by = who ?? "Somebody";
  const side = (value, before) => el("td", {}, value === before ? el("span", { class: "soft" }, "unchanged") : value ?? "(empty)");
  return el("section", { class: "card", role: "alert" },
    el("h2", {}, `${by} has changed this contact meanwhile`),
    el("p", {}, `Nothing was saved yet. Below is what ${by} has saved, with your changes on top of it. Look at it, and save it if it is right.`),
    el("table", { class: "conflict" },
      el("thead", {}, el("tr", {}, ["", "Before", "Yours", "Saved meanwhile"].map((text) => el("th", {}, text)))),
      el("tbody", {}, differences.map((one) => el("tr", {}, el("td", {}, one.label), el("td", {}, one.before ?? ""), side(one.my, one.before), side(one.their, one.before))))));
}

// -- photographs --------------------------------------------------------------------------------------------

function pictures(key, tag, was) {
  const path = `/contacts/${encodeURIComponent(key)}/photo`;
  const image = el("img", { class: "photo", alt: `Photograph of ${was.name}` });
  const choice = el("input", { type: "file", accept: "image/png,image/jpeg,image/gif,image/webp", "aria-label": "Picture" });
  const upload = async (event) => {
    event.preventDefault();
    const [file] = choice.files;
    if (!file) return;
    try {
      await ask("PUT", path, { body: file, headers: { "Content-Type": file.type, "If-Match": tag } });
      tell("Photograph saved.");
    } catch (error) {
      if (error.status === 401) return;
      tell(error.message, true);
    }
    await contact(key);
  };
  if (was.has_photo) {
    ask("GET", path).then((answer) => answer.blob()).then((blob) => {
      image.onload = () => URL.revokeObjectURL(image.src);
      image.src = URL.createObjectURL(blob);
    }).catch(() => image.remove());
  }
  return el("form", { class: "card", onsubmit: upload }, el("h2", {}, "Photograph"),
    was.has_photo ? image : el("p", { class: "soft" }, "There is none yet."),
    el("div", { class: "actions" }, choice, el("button", {}, "Upload")));
}

// -- places -------------------------------------------------------------------------------------------------

async function show() {
  const [path, query] = (location.hash.slice(1) || "/").split("?");
  const key = /^\/contacts\/([^/]+)$/.exec(path)?.[1];
  try {
    await showWho();
    if (key) await contact(decodeURIComponent(key));
    else if (path === "/new") await contact(null);
    else if (path === "/") await list(new URLSearchParams(query));
    else draw("Not found", el("section", { class: "card" }, el("h2", {}, "There is no such page"), el("a", { href: "#/" }, "To the list")));
  } catch (error) {
    if (error.status === 401) return;
    draw("Sorry", el("section", { class: "card", role: "alert" }, el("h2", {}, error.message), el("a", { href: "#/" }, "To the list")));
  }
}

addEventListener("hashchange", show);
show();
