const OPERATORS = [
  ["word", "words that begin so"],
  ["==text", "exactly this, as the whole value"],
  ["=", "empty"],
  ["*", "not empty; inside a text: any characters"],
  ["@ and #", "one character, one digit"],
  ['"two words"', "these words beside each other"],
  ["<5, <=5, >5, >=5", "less, more"],
  ["1...5", "from, to"],
  ["//", "today"],
  ["!", "values that occur more than once"],
];
const NOT_FINDABLE = ["container", "invalid"];

/** Says what can be written into a search box. */
function operatorHelp() {
  const rows = OPERATORS.map(([text, meaning]) => [
    make("dt", {}, make("code", {}, text)),
    make("dd", {}, meaning),
  ]);
  return make(
    "details",
    { class: "help" },
    make("summary", {}, "Find operators"),
    make("dl", {}, rows.flat()),
  );
}

/** Gives the columns of a layout: its fields under the names that records have them by, one for each repetition. */
function columnsOf(fields) {
  const columns = new Map();
  for (const field of fields) {
    for (const key of labelsOf(field)) columns.set(key, { key, field, ...rightsOf(field) });
  }
  return [...columns.values()];
}

/** A field that has gone has no name; one that shows several repetitions has a label for each. */
function labelsOf({ name, maxRepeat = 1, repetitionStart: first = 1, repetitionEnd: last = maxRepeat }) {
  if (!name) return [];
  if (last <= first) return [name];
  return Array.from({ length: last - first + 1 }, (_, index) => `${name}(${first + index})`);
}

function rightsOf({ result, type, global }) {
  const hasOwnValues = !NOT_FINDABLE.includes(result) && type !== "summary" && !global;
  return { isFindable: hasOwnValues, isSortable: hasOwnValues };
}

/** What is looked at of a layout: which found set, in which order, which page. */
class Listing {
  constructor() {
    this.limit = PAGE_SIZES[0];
    this.showAll();
    this.sort = null;
  }

  showAll() {
    this.criteria = {};
    this.offset = 1;
  }

  find(criteria) {
    this.criteria = Object.fromEntries(Object.entries(criteria).filter(([, text]) => text !== ""));
    this.offset = 1;
  }

  /** Sorts by a field: upwards, downwards, not at all. */
  sortBy(fieldName) {
    const next = { ascend: "descend", descend: null };
    const order = this.sort?.fieldName === fieldName ? next[this.sort.sortOrder] : "ascend";
    this.sort = order && { fieldName, sortOrder: order };
    this.offset = 1;
  }

  /** Gives method, path and body of the request: a find where there are criteria, else a range of all records. */
  request(file, layout) {
    const path = (last) => filePath(file, "layouts", layout, last);
    const sort = this.sort && [this.sort];
    // an offset into an empty table is an error, so the first page has none
    const offset = this.offset > 1 ? this.offset : undefined;
    if (Object.keys(this.criteria).length) {
      return [
        "POST",
        path("_find"),
        {
          query: [this.criteria],
          ...(sort && { sort }),
          ...(offset && { offset }),
          limit: this.limit,
          portal: [],
        },
      ];
    }
    const query = new URLSearchParams({
      ...(offset && { _offset: offset }),
      _limit: this.limit,
      ...(sort && { _sort: JSON.stringify(sort) }),
      portal: "[]",
    });
    return ["GET", `${path("records")}?${query}`];
  }
}
