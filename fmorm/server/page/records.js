/** The records of a layout in a table, with a search box for each field. */
async function recordsView(file, layout) {
  const { response } = await metadataOf(file, layout);
  const { listings } = knownOf(file);
  if (!listings.has(layout)) listings.set(layout, new Listing());
  const table = new RecordTable(file, layout, response, listings.get(layout));
  await table.read();
  return { title: layout, tabs: layoutTabs(file, layout, "Records"), content: [table.element] };
}

class RecordTable {
  constructor(file, layout, metadata, listing) {
    Object.assign(this, { file, layout, listing, lists: metadata.valueLists ?? [], reads: 0 });
    this.columns = columnsOf(metadata.fieldMetaData);
    this.heads = new Map();
    this.boxes = new Map();
    this.rows = make("tbody");
    this.pager = new Pager((offset, limit) => this.turnTo(offset, limit));
    this.said = make("div");
    this.panel = make("div");
    this.element = this.build();
  }

  build() {
    const table = make(
      "table",
      { class: "records" },
      make("thead", {}, this.sortRow(), this.findRow()),
      this.rows,
    );
    const bar = make(
      "div",
      { class: "actions" },
      make("button", { class: "main", type: "submit" }, "Find"),
      button("Show all", () => this.showAll()),
      operatorHelp(),
    );
    const form = make(
      "form",
      { method: "post", submit: (event) => this.find(event) },
      bar,
      this.said,
      scrolling("Records", table, "frame"),
    );
    return make("div", {}, form, this.pager.element, this.panel);
  }

  sortRow() {
    const heads = this.columns.map(({ key, field, isSortable }) => {
      const inner = isSortable
        ? button(key, () => this.sortBy(key), { class: "sort", title: `Sort by ${key}` })
        : key;
      const head = make("th", { scope: "col", class: field.result }, inner);
      this.heads.set(key, head);
      return head;
    });
    return make("tr", {}, make("th", { scope: "col", class: "id" }, "Record"), heads);
  }

  findRow() {
    const cells = this.columns.map((column) => make("td", {}, column.isFindable ? this.box(column) : null));
    return make("tr", { class: "find" }, make("td", { class: "id" }, "Find"), cells);
  }

  box({ key, field }) {
    const list = this.lists.find(({ name }) => name === field.valueList);
    const id = list && `values-${this.boxes.size}`;
    const box = make("input", {
      type: "search",
      "aria-label": `Find in ${key}`,
      value: this.listing.criteria[key] ?? "",
      list: id,
      autocomplete: "off",
      spellcheck: "false",
    });
    this.boxes.set(key, box);
    const options = list?.values.map(({ value, displayValue }) => make("option", { value }, displayValue));
    return list ? [box, make("datalist", { id }, options)] : [box];
  }

  find(event) {
    event.preventDefault();
    this.listing.find(Object.fromEntries([...this.boxes].map(([key, box]) => [key, box.value])));
    return this.readAgain();
  }

  showAll() {
    for (const box of this.boxes.values()) box.value = "";
    this.listing.showAll();
    return this.readAgain();
  }

  sortBy(key) {
    this.listing.sortBy(key);
    return this.readAgain();
  }

  turnTo(offset, limit) {
    Object.assign(this.listing, { offset: Math.max(offset, 1), limit });
    return this.readAgain();
  }

  /** Reads for somebody who sees the table, and who logs in again if the session is over. */
  async readAgain() {
    try {
      await this.read();
    } catch (error) {
      if (this.element.isConnected) await show(error);
    }
  }

  /** Asks for the records and shows them; of several requests the last one counts. */
  async read() {
    const mine = ++this.reads;
    this.element.setAttribute("aria-busy", "true");
    try {
      const answer = await call(this.file, ...this.listing.request(this.file, this.layout));
      if (mine === this.reads) this.fill(answer);
    } catch (error) {
      if (error.exchange?.code === "952") throw error;
      if (mine === this.reads) this.fail(error);
    } finally {
      this.element.removeAttribute("aria-busy");
    }
    this.markOrder();
  }

  fill({ exchange, response }) {
    const { dataInfo: info, data } = response;
    this.said.replaceChildren();
    this.rows.replaceChildren(...data.map((record) => this.row(record)));
    if (!data.length)
      this.rows.append(
        make(
          "tr",
          {},
          make("td", { class: "empty", colspan: this.columns.length + 1 }, "The table has no records."),
        ),
      );
    this.pager.show(this.listing, info);
    this.panel.replaceChildren(exchangePanel(exchange));
  }

  fail(error) {
    this.rows.replaceChildren();
    this.pager.element.hidden = true;
    this.said.replaceChildren(errorBox(error));
    this.panel.replaceChildren(error.exchange ? exchangePanel(error.exchange) : "");
  }

  row({ recordId, fieldData }) {
    const cells = this.columns.map(({ key, field }) =>
      make("td", { class: field.result }, cellContent(field, fieldData[key])),
    );
    const link = make(
      "a",
      {
        href: place("file", this.file, "layout", this.layout, "record", recordId),
        "aria-label": `Record ${recordId}`,
      },
      recordId,
    );
    return make("tr", {}, make("th", { scope: "row", class: "id" }, link), cells);
  }

  markOrder() {
    const { sort } = this.listing;
    for (const [key, head] of this.heads) {
      if (sort?.fieldName === key) head.setAttribute("aria-sort", sort.sortOrder + "ing");
      else head.removeAttribute("aria-sort");
    }
  }
}

/** Gives what a cell of a table shows: a text of some lines, or that there is a file. */
function cellContent(field, value) {
  if (value === undefined || value === "") return null;
  if (field.result === "container" && streamOf(value))
    return make("span", { class: "tag" }, extensionOf(value) || "file");
  return make("div", { class: "cell" }, shown(value));
}
