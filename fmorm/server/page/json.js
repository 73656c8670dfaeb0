/** Reads JSON; a number that JavaScript would change stays the text that was sent. */
function readJson(text) {
  return JSON.parse(text, (key, value, context) => {
    const source = typeof value === "number" ? context?.source : undefined;
    return source === undefined || String(value) === source ? value : source;
  });
}

/** Arranges JSON for reading, token by token: nothing is lost of numbers, of double names, or where it was cut. */
function pretty(text) {
  const tokens = text.match(/"(?:[^"\\]|\\.)*"?|[{}[\],:]|[^\s{}[\],:"]+/gs) ?? [];
  let depth = 0;
  let out = "";
  const line = () => "\n" + "  ".repeat(depth);
  tokens.forEach((token, index) => {
    if (token === "{" || token === "[") {
      depth += 1;
      const isEmpty = tokens[index + 1] === "}" || tokens[index + 1] === "]";
      out += isEmpty ? token : token + line();
    } else if (token === "}" || token === "]") {
      depth = Math.max(depth - 1, 0);
      const isEmpty = tokens[index - 1] === "{" || tokens[index - 1] === "[";
      out += isEmpty ? token : line() + token;
    } else if (token === ",") out += token + line();
    else out += token === ":" ? ": " : token;
  });
  return out;
}

/** Arranges a body where it is JSON. */
function readable(text) {
  return /^\s*[{[]/.test(text) ? pretty(text) : text;
}
