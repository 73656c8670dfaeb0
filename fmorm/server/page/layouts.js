/** What was read of each file, until its session ends: the list of layouts, and the metadata of layouts. */
const known = new Map();

function knownOf(file) {
  const { token } = sessions.get(file);
  if (known.get(file)?.token !== token)
    known.set(file, { token, list: null, metadata: new Map(), listings: new Map() });
  return known.get(file);
}

async function layoutList(file) {
  const about = knownOf(file);
  about.list ??= await call(file, "GET", filePath(file, "layouts"));
  return about.list;
}

async function metadataOf(file, layout, { anew = false } = {}) {
  const { metadata } = knownOf(file);
  if (anew || !metadata.has(layout))
    metadata.set(layout, await call(file, "GET", filePath(file, "layouts", layout)));
  return metadata.get(layout);
}

/** Lists layouts and their folders; a layout named - is a separator. */
function layoutTree(file, items, current) {
  return make(
    "ul",
    {},
    items.map((item) => make("li", {}, layoutItem(file, item, current))),
  );
}

function layoutItem(file, item, current) {
  if (item.isFolder) {
    const inner = item.folderLayoutNames ?? [];
    return make(
      "details",
      { open: true, class: "folder" },
      make("summary", {}, item.name),
      layoutTree(file, inner, current),
    );
  }
  if (item.name === "-") return make("hr");
  const isCurrent = item.name === current;
  return make(
    "a",
    { href: place("file", file, "layout", item.name), "aria-current": isCurrent ? "page" : null },
    item.name,
  );
}

/** Shows beside a view which file is open, as whom, and its layouts. */
async function fileSide(file, current) {
  const { response } = await layoutList(file);
  const isWide = matchMedia("(min-width: 48rem)").matches;
  return [
    make(
      "p",
      { class: "file" },
      make("a", { href: place("file", file) }, file),
      make("span", { class: "note" }, sessions.get(file).user),
    ),
    button("Log out", () => leave(file), { class: "logout" }),
    make(
      "details",
      { open: isWide },
      make("summary", {}, "Layouts"),
      make("nav", { "aria-label": "Layouts" }, layoutTree(file, response.layouts, current)),
    ),
  ];
}

async function fileView(file) {
  const { exchange, response } = await layoutList(file);
  return {
    title: file,
    content: [
      response.layouts.length
        ? make("div", { class: "tree" }, make("h2", {}, "Layouts"), layoutTree(file, response.layouts))
        : make("p", { class: "empty" }, "The file has no layouts."),
      exchangePanel(exchange),
    ],
  };
}

function layoutTabs(file, layout, current) {
  const tab = (text, ...more) =>
    make(
      "a",
      {
        href: place("file", file, "layout", layout, ...more),
        "aria-current": text === current ? "page" : null,
      },
      text,
    );
  return make("nav", { class: "tabs", "aria-label": "Layout" }, tab("Records"), tab("Fields", "fields"));
}

/** Says how many repetitions a field has, and which of them the layout shows. */
function repetitionsOf(field) {
  const { maxRepeat: all = 1, repetitionStart: first = 1, repetitionEnd: last = all } = field;
  if (all <= 1) return "";
  return first === 1 && last === all ? String(all) : `${first} to ${last} of ${all}`;
}

function optionsOf(field) {
  const said = {
    "read-only": field.type === "calculation" || field.type === "summary",
    global: field.global,
    "auto-enter": field.autoEnter,
    required: field.notEmpty,
    "numeric only": field.numeric,
    "four-digit year": field.fourDigitYear,
    "time of day": field.timeOfDay,
    [`at most ${plural(field.maxCharacters, "character")}`]: field.maxCharacters > 0,
  };
  return Object.keys(said).filter((option) => said[option]);
}

function valueListCell(field, lists) {
  if (!field.valueList) return "";
  const list = lists.find(({ name }) => name === field.valueList);
  if (!list) return field.valueList;
  const texts = list.values.map(({ value, displayValue }) =>
    displayValue === value ? value : `${displayValue} (value ${value})`,
  );
  return make(
    "details",
    {},
    make("summary", {}, field.valueList),
    make(
      "ul",
      { class: "values" },
      texts.map((text) => make("li", {}, text)),
    ),
  );
}

function fieldsTable(label, fields, lists) {
  const heads = ["Field", "Result", "Kind", "Shown as", "Repetitions", "Options", "Value list"];
  const row = (field) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, field.name || "<Field Missing>"),
      make("td", {}, field.result),
      make("td", {}, field.type),
      make("td", {}, field.displayType ?? ""),
      make("td", {}, repetitionsOf(field)),
      make(
        "td",
        {},
        optionsOf(field).flatMap((option) => [make("span", { class: "tag" }, option), " "]),
      ),
      make("td", {}, valueListCell(field, lists)),
    );
  const head = make(
    "thead",
    {},
    make(
      "tr",
      {},
      heads.map((text) => make("th", { scope: "col" }, text)),
    ),
  );
  return scrolling(label, make("table", { class: "fields" }, head, make("tbody", {}, fields.map(row))));
}

async function fieldsView(file, layout) {
  const { exchange, response } = await metadataOf(file, layout, { anew: true });
  const lists = response.valueLists ?? [];
  const portals = Object.entries(response.portalMetaData ?? {});
  return {
    title: layout,
    tabs: layoutTabs(file, layout, "Fields"),
    content: [
      fieldsTable("Fields", response.fieldMetaData, lists),
      portals.map(([name, fields]) => [
        make("h2", {}, `Portal ${name}`),
        fieldsTable(`Portal ${name}`, fields, lists),
      ]),
      exchangePanel(exchange),
    ].flat(2),
  };
}
