function outcome({ status, code, milliseconds }) {
  const parts = [`HTTP ${status}`, code && `code ${code}`];
  if (milliseconds)
    parts.push(`${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`);
  return parts.filter(Boolean).join(" · ");
}

/** Shows the request that a view has made, to be copied, and the reply. */
function exchangePanel(exchange, title = "The request of this view") {
  const reply = exchange.reply === null ? null : replyPanel(exchange.reply);
  return make(
    "section",
    { class: "exchange", "aria-label": title },
    make("h2", {}, title, make("span", { class: "outcome" }, exchange.status ? outcome(exchange) : "")),
    make("pre", { class: "request", tabindex: "0" }, exchange.text),
    make(
      "div",
      { class: "actions" },
      copyButton("Copy request", () => exchange.text),
      copyButton("Copy for curl", () => exchange.curl),
    ),
    reply,
  );
}

/** Shows a reply that is arranged only when somebody wants to see it. */
function replyPanel(text) {
  const content = make("pre", { tabindex: "0" });
  const panel = make(
    "details",
    { class: "reply" },
    make("summary", {}, `Reply (${plural(text.length, "character")})`),
    content,
  );
  panel.addEventListener("toggle", () => (content.textContent = readable(text)), { once: true });
  return panel;
}

/** Shows what went wrong, with FileMaker's code and text. */
function errorBox(error) {
  const exchange = error.exchange;
  const text = exchange?.code ? `${exchange.code} ${exchange.message}` : error.message;
  const status = exchange?.status ? ` (HTTP ${exchange.status})` : "";
  return make(
    "p",
    { class: "error", role: "alert" },
    make("strong", {}, exchange?.code ? "FileMaker error " : "Error: "),
    text + status,
  );
}

/** Shows an error where a view would be. */
function failure(error) {
  return [errorBox(error), error.exchange ? exchangePanel(error.exchange) : null];
}
