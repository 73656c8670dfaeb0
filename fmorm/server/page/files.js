/** What is hosted. */
async function filesView() {
  const exchange = new Exchange("GET", `${BASE}/databases`);
  const { databases } = await send(exchange);
  const items = databases.map(({ name }) =>
    make(
      "li",
      {},
      make("a", { href: place("file", name) }, name),
      make("span", { class: "note" }, sessions.has(name) ? `logged in as ${sessions.get(name).user}` : "not logged in"),
    ),
  );
  return {
    title: "Files",
    content: [
      make("p", {}, "This server speaks the FileMaker Data API over these files. Open one to see what is in it, and which requests that takes."),
      items.length ? make("ul", { class: "cards" }, items) : make("p", { class: "empty" }, "No file is open."),
      exchangePanel(exchange),
    ],
  };
}

/** The log-in to a file; afterwards the view that was wanted comes. */
function logInView(file, refused) {
  const name = make("input", { id: "account", name: "username", autocomplete: "username", required: true, autocapitalize: "none", spellcheck: "false" });
  const password = make("input", { id: "password", name: "password", type: "password", autocomplete: "current-password" });
  const outcomeBox = make("div", {}, refused ? errorBox(refused) : null);
  const panel = make("div", {}, exchangePanel(logInExchange(file), "The request of the log-in"));
  const submit = async (event) => {
    event.preventDefault();
    try {
      await logIn(file, name.value, password.value);
      say(`Logged in to ${file}`);
      await show();
    } catch (error) {
      password.value = "";
      outcomeBox.replaceChildren(errorBox(error));
      if (error.exchange) panel.replaceChildren(exchangePanel(error.exchange, "The request of the log-in"));
      password.focus();
    }
  };
  return {
    title: `Log in to ${file}`,
    focus: name,
    content: [
      outcomeBox,
      make(
        "form",
        { class: "login", method: "post", submit },
        make("label", { for: "account" }, "Account name"),
        name,
        make("label", { for: "password" }, "Password"),
        password,
        make("button", { class: "main", type: "submit" }, "Log in"),
      ),
      panel,
    ],
  };
}

/** Ends a session, and says so. */
async function leave(file) {
  const account = sessions.get(file)?.user;
  try {
    const exchange = await logOut(file);
    history.replaceState(null, "", place());
    present({ title: "Logged out", content: [make("p", {}, `${account} is logged out of ${file}: the token opens nothing any more.`), exchangePanel(exchange)] });
    say("Logged out");
  } catch (error) {
    present({ title: "Log out", content: failure(error) });
  }
}
