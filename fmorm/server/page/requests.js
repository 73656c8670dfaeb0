/** What was asked of the server lately, by this page and by every other client. */
async function requestsView() {
  const [file] = sessions.keys();
  const refresh = button("Refresh", () => show(), { class: "main", id: "refresh" });
  if (file === undefined) {
    const note = "The recent requests are shown to those who have logged in to a file: ";
    return {
      title: "Recent requests",
      content: [make("p", {}, note, make("a", { href: place() }, "choose one"), ".")],
    };
  }
  let requests;
  try {
    ({ requests } = (await call(file, "GET", "/fmorm/requests")).response);
  } catch (refused) {
    if (refused.exchange?.code === "952") return requestsView(); // another session may be alive
    throw refused;
  }
  say(plural(requests.length, "request"));
  return {
    title: "Recent requests",
    focus: document.activeElement?.id === "refresh" ? refresh : undefined,
    content: [
      make(
        "div",
        { class: "actions" },
        refresh,
        make(
          "span",
          { class: "note" },
          `${plural(requests.length, "request")}, the newest first; passwords and tokens are masked`,
        ),
      ),
      make("div", { class: "calls" }, requests.map(requestItem)),
    ],
  };
}

function requestItem(one) {
  const isDone = one.status < 400 && ["0", ""].includes(one.code) && !one.dropped;
  const said = one.code ? `${one.code} ${one.message}` : "";
  const panel = make(
    "details",
    { class: "call" },
    make(
      "summary",
      {},
      make("span", { class: "method" }, one.method),
      make("code", {}, one.target),
      make(
        "span",
        { class: isDone ? "done" : "refused" },
        [one.dropped ? "dropped" : one.status, said].filter(Boolean).join(" · "),
      ),
      make("span", { class: "note time" }, one.milliseconds === "" ? "" : `${one.milliseconds} ms`),
    ),
  );
  panel.addEventListener(
    "toggle",
    () =>
      panel.append(
        ...queryPart(one.target),
        ...messageParts("Request", one.request),
        ...messageParts("Reply", one.reply),
      ),
    { once: true },
  );
  return panel;
}

/** Shows the query of a target as it is meant. */
function queryPart(target) {
  const lines = [...new URLSearchParams(target.split("?").slice(1).join("?"))].map(
    ([name, value]) => `${name} = ${value}`,
  );
  return lines.length ? [make("h3", {}, "Query"), make("pre", { tabindex: "0" }, lines.join("\n"))] : [];
}

/** Shows headers and body of a request or of a reply. */
function messageParts(title, { headers, body }) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const text = body.binary ? "" : readable(body.text);
  const copier = text ? copyButton("Copy body", () => text) : null;
  return [
    make("h3", {}, title, copier),
    make(
      "details",
      { class: "headers" },
      make("summary", {}, plural(lines.length, "header")),
      make("pre", { tabindex: "0" }, lines.join("\n")),
    ),
    text
      ? make("pre", { class: "body", tabindex: "0" }, text)
      : make("p", { class: "note" }, body.binary ? "The body is binary." : "No body."),
    body.cut ? make("p", { class: "note" }, "The rest of the body is left out.") : null,
  ].filter(Boolean);
}
