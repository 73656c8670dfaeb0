const PICTURES = ["png", "jpg", "jpeg", "gif", "webp", "bmp", "svg", "avif", "ico"];
const STREAMS = "/Streaming_SSL/";

/** The pictures that the present view holds in memory. */
const held = new Set();

function releaseFiles() {
  for (const url of held) URL.revokeObjectURL(url);
  held.clear();
}

/** Gives path and query of a container's address on this server, null where it holds something else. */
function streamOf(value) {
  try {
    const { pathname, search } = new URL(value);
    return pathname.startsWith(STREAMS) ? pathname + search : null;
  } catch {
    return null;
  }
}

function extensionOf(value) {
  return /\.([a-z0-9]+)$/i.exec(new URL(value).pathname)?.[1].toLowerCase() ?? "";
}

/** Reads a file as the Data API wants it: with the token, by a redirect, and with the cookie that this sets. */
async function readFile(file, path) {
  const headers = { Authorization: `Bearer ${sessions.get(file)?.token}` };
  const reply = await fetch(path, { headers, cache: "no-store", credentials: "same-origin" });
  if (!reply.ok) throw new Error(`The file could not be read (HTTP ${reply.status}).`);
  const url = URL.createObjectURL(await reply.blob());
  held.add(url);
  return { url, name: nameIn(reply.headers.get("Content-Disposition") ?? "") };
}

function nameIn(disposition) {
  const extended = /filename\*=UTF-8''([^;]+)/.exec(disposition)?.[1];
  return extended ? decodeURIComponent(extended) : (/filename="([^"]*)"/.exec(disposition)?.[1] ?? "file");
}

/** Shows a picture; another file can be saved. Nothing of it is ever opened as a page. */
function containerContent(file, field, value) {
  const path = streamOf(value);
  if (!path) return make("div", {}, shown(value));
  const extension = extensionOf(value);
  const box = make(
    "div",
    { class: "container" },
    PICTURES.includes(extension) ? "…" : saveButton(file, path, extension),
  );
  if (PICTURES.includes(extension)) showPicture(file, field, path, box);
  return box;
}

async function showPicture(file, field, path, box) {
  try {
    const { url, name } = await readFile(file, path);
    const picture = make("img", {
      src: url,
      alt: `${field.name}: ${name}`,
      error: () => picture.replaceWith("This is no picture that can be shown. "),
    });
    box.replaceChildren(picture, make("a", { href: url, download: name }, name));
  } catch (error) {
    box.replaceChildren(errorBox(error));
  }
}

function saveButton(file, path, extension) {
  const saver = button(`Save file${extension && ` (${extension})`}`, async () => {
    try {
      const { url, name } = await readFile(file, path);
      make("a", { href: url, download: name }).click();
    } catch (error) {
      saver.replaceWith(errorBox(error));
    }
  });
  return saver;
}

function valueContent(file, field, value) {
  if (value === undefined || value === "") return make("span", { class: "note" }, "empty");
  return field.result === "container"
    ? containerContent(file, field, value)
    : make("div", { class: "value" }, shown(value));
}

/** Shows a field of a record; several repetitions as a numbered list. */
function fieldContent(file, field, data) {
  const labels = labelsOf(field);
  if (labels.length === 1) return valueContent(file, field, data[labels[0]]);
  const items = labels.map((label) => make("li", {}, valueContent(file, field, data[label])));
  return make("ol", { class: "repetitions", start: field.repetitionStart ?? 1 }, items);
}

function uniqueFields(fields) {
  return [...new Map(fields.filter(({ name }) => name).map((field) => [field.name, field])).values()];
}

function portalTable(file, name, fields, rows, info) {
  const named = uniqueFields(fields);
  const heads = ["Record", ...named.map((field) => field.name)];
  const body = rows.map((row) =>
    make(
      "tr",
      {},
      make("th", { scope: "row", class: "id" }, row.recordId),
      named.map((field) => make("td", { class: field.result }, fieldContent(file, field, row))),
    ),
  );
  const count = info
    ? `${info.returnedCount} of ${plural(info.foundCount, "row")}${info.table === name ? "" : ` of ${info.table}`}`
    : plural(rows.length, "row");
  return [
    make("h2", {}, `Portal ${name}`, make("span", { class: "outcome" }, count)),
    rows.length
      ? scrolling(
          `Portal ${name}`,
          make(
            "table",
            {},
            make(
              "thead",
              {},
              make(
                "tr",
                {},
                heads.map((text) => make("th", { scope: "col" }, text)),
              ),
            ),
            make("tbody", {}, body),
          ),
        )
      : make("p", { class: "empty" }, "No related records."),
  ];
}

async function recordView(file, layout, recordId) {
  const { response: metadata } = await metadataOf(file, layout);
  const { exchange, response } = await call(
    file,
    "GET",
    filePath(file, "layouts", layout, "records", recordId),
  );
  const record = response.data[0];
  const rows = uniqueFields(metadata.fieldMetaData).map((field) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, field.name),
      make("td", {}, fieldContent(file, field, record.fieldData)),
    ),
  );
  const infos = record.portalDataInfo ?? [];
  const portals = Object.entries(record.portalData).map(([name, portalRows], index) =>
    portalTable(file, name, metadata.portalMetaData[name] ?? [], portalRows, infos[index]),
  );
  return {
    title: `${layout}, record ${recordId}`,
    tabs: layoutTabs(file, layout),
    content: [
      make(
        "p",
        { class: "note" },
        `recordId ${record.recordId} · modId ${record.modId} · table ${response.dataInfo.table}`,
      ),
      scrolling("Fields of the record", make("table", { class: "record" }, make("tbody", {}, rows))),
      ...portals.flat(),
      exchangePanel(exchange),
    ],
  };
}
