let shows = 0;

/** Gives the parts of the place in the address, null where they cannot be read. */
function placeParts() {
  try {
    return location.hash.replace(/^#\/?/, "").split("/").filter(Boolean).map(decodeURIComponent);
  } catch {
    return null;
  }
}

/** Finds the view of a place. */
function viewOf(parts) {
  const [kind, file, , layout, part, recordId] = parts ?? ["?"];
  if (kind === undefined) return filesView();
  if (kind === "requests") return requestsView();
  if (kind !== "file" || file === undefined) throw new Error("There is nothing at this address.");
  if (!sessions.has(file)) return logInView(file);
  if (layout === undefined) return fileView(file);
  if (part === "fields") return fieldsView(file, layout);
  if (part === "record") return recordView(file, layout, recordId);
  return recordsView(file, layout);
}

/** Shows the view of the present place, or why it cannot be shown. */
async function show(refused) {
  const mine = ++shows;
  releaseFiles();
  const parts = placeParts();
  const file = parts?.[0] === "file" ? parts[1] : undefined;
  let view;
  let side = [];
  try {
    if (refused instanceof Refused) throw refused;
    if (file !== undefined && sessions.has(file)) side = await fileSide(file, parts[3]);
    view = await viewOf(parts);
  } catch (error) {
    const isOver = error.exchange?.code === "952";
    if (isOver) side = [];
    view =
      isOver && file !== undefined ? logInView(file, error) : { title: "Not shown", content: failure(error) };
  }
  if (mine === shows) present(view, side);
}

function present({ title, tabs, content, focus }, side = []) {
  document.title = `${title} · fmorm`;
  byId("side").hidden = side.length === 0;
  byId("side").replaceChildren(...side);
  const heading = make("h1", { tabindex: "-1" }, title);
  byId("main").replaceChildren(heading, ...(tabs ? [tabs] : []), ...content.filter(Boolean));
  for (const link of document.querySelectorAll("header nav a")) {
    const isHere =
      link.hash === "#/requests" ? location.hash === "#/requests" : location.hash !== "#/requests";
    if (isHere) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (focus || shows > 1) (focus ?? heading).focus({ preventScroll: true }); // a page that has just come begins at its top
  scrollTo(0, 0);
}

addEventListener("hashchange", () => show());
document.addEventListener("click", (event) => {
  const isHere = event.target.closest?.("a[href^='#/']")?.hash === location.hash;
  if (isHere) show(); // the address stays, so nothing else would tell
});
byId("skip").addEventListener("click", (event) => {
  event.preventDefault();
  byId("main").focus();
});
show();
