const PAGE_SIZES = [25, 50, 100];

/** Turns the pages of a found set; `turn` is called with the offset and the limit that are wanted. */
class Pager {
  constructor(turn) {
    this.range = make("span", { class: "range", tabindex: "-1" });
    this.previous = button("Previous", () => turn(this.offset - this.limit, this.limit));
    this.next = button("Next", () => turn(this.offset + this.limit, this.limit));
    const options = PAGE_SIZES.map((size) => make("option", { value: size }, `${size} a page`));
    this.sizes = make(
      "select",
      { "aria-label": "Records on a page", change: () => turn(1, Number(this.sizes.value)) },
      options,
    );
    this.element = make(
      "div",
      { class: "pager", hidden: true },
      this.range,
      this.previous,
      this.next,
      this.sizes,
    );
  }

  show({ offset, limit }, { foundCount, returnedCount, totalRecordCount }) {
    Object.assign(this, { offset, limit });
    const last = offset + returnedCount - 1;
    const range = returnedCount ? `Records ${offset} to ${last} of ${foundCount}` : "No records";
    const all = foundCount === totalRecordCount ? "" : ` found, ${totalRecordCount} in all`;
    const focused = document.activeElement;
    this.range.textContent = range + all;
    this.previous.disabled = offset <= 1;
    this.next.disabled = last >= foundCount;
    this.sizes.value = limit;
    this.element.hidden = false;
    if (focused?.disabled) this.range.focus(); // the browser would begin anew at the top
    say(this.range.textContent);
  }
}
