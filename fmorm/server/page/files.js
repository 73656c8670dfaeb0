/** What is hosted; a host may keep that to itself. */
async function filesView() {
  const exchange = new Exchange("GET", `${BASE}/databases`);
  let names = [];
  let refused = null;
  try {
    names = (await send(exchange)).databases.map(({ name }) => name);
  } catch (error) {
    refused = error;
  }
  const items = [...new Set([...names, ...sessions.keys()])].map(fileItem);
  return {
    title: "Files",
    content: [
      refused && errorBox(refused),
      make(
        "p",
        {},
        "This server speaks the FileMaker Data API over these files. Open one to see what is in it, and which requests that takes.",
      ),
      items.length ? make("ul", { class: "cards" }, items) : null,
      names.length ? null : unlisted(refused),
      exchangePanel(exchange),
    ],
  };
}

function fileItem(name) {
  const session = sessions.get(name);
  return make(
    "li",
    {},
    make("a", { href: place("file", name) }, name),
    make("span", { class: "note" }, session ? `logged in as ${session.user}` : "not logged in"),
  );
}

/** Says what to do where no file is listed. */
function unlisted(refused) {
  const isTooOld = refused?.exchange?.code === "1700";
  return isTooOld
    ? make("p", {}, "This page needs the lists that the Data API has since FileMaker 18.")
    : openForm();
}

/** Opens a file that is not listed. */
function openForm() {
  const name = make("input", { id: "file", required: true, autocomplete: "off", spellcheck: "false" });
  const submit = (event) => {
    event.preventDefault();
    location.hash = place("file", name.value);
  };
  return make(
    "form",
    { class: "login", method: "post", submit },
    make("p", { class: "empty" }, "The server lists no file."),
    make("label", { for: "file" }, "Name of a file"),
    name,
    make("button", { class: "main", type: "submit" }, "Open"),
  );
}

/** The log-in to a file; afterwards the view that was wanted comes. */
function logInView(file, refused) {
  const name = make("input", {
    id: "account",
    name: "username",
    autocomplete: "username",
    required: true,
    autocapitalize: "none",
    spellcheck: "false",
  });
  const password = make("input", {
    id: "password",
    name: "password",
    type: "password",
    autocomplete: "current-password",
  });
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
    present({
      title: "Logged out",
      content: [
        make("p", {}, `${account} is logged out of ${file}: the token opens nothing any more.`),
        exchangePanel(exchange),
      ],
    });
    say("Logged out");
  } catch (error) {
    present({ title: "Log out", content: failure(error) });
  }
}
