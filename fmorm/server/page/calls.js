const BASE = "/fmi/data/vLatest";
const KEPT = "fmorm.sessions";

/** The sessions of this tab by file: account and token. They outlive a reload and end with the tab. */
const sessions = new Map(JSON.parse(sessionStorage.getItem(KEPT) ?? "[]"));

function keepSession(file, session) {
  if (session) sessions.set(file, session);
  else sessions.delete(file);
  sessionStorage.setItem(KEPT, JSON.stringify([...sessions]));
}

/** What a call was, and what became of it. The token is left out: it is not for copying. */
class Exchange {
  constructor(method, path, { body, as = "", user = "" } = {}) {
    Object.assign(this, { method, path, body, as, user });
    this.reply = null;
    this.status = 0;
    this.milliseconds = 0;
    this.code = "";
    this.message = "";
  }

  get url() {
    return location.origin + this.path;
  }

  get headers() {
    const authorization = { Basic: "Basic {base64 of name:password}", Bearer: "Bearer {token}" }[this.as];
    return {
      ...(authorization && { Authorization: authorization }),
      ...(this.body !== undefined && { "Content-Type": "application/json" }),
    };
  }

  /** Writes the request as HTTP has it. */
  get text() {
    const lines = Object.entries(this.headers).map(([name, value]) => `${name}: ${value}`);
    const body = this.body === undefined ? "" : "\n\n" + pretty(this.body);
    return [`${this.method} ${this.url}`, ...lines].join("\n") + body;
  }

  /** Writes the request for a shell; the token is taken from $TOKEN, and the password is asked for. */
  get curl() {
    const quoted = (text) => `'${text.replaceAll("'", String.raw`'\''`)}'`;
    const parts = [`curl -X ${this.method} ${quoted(this.url.replace("{token}", ""))}`];
    if (this.path.endsWith("{token}")) parts[0] += '"$TOKEN"';
    if (this.as === "Basic") parts.push(`-u ${quoted(this.user || "name")}`);
    if (this.as === "Bearer") parts.push('-H "Authorization: Bearer $TOKEN"');
    if (this.body !== undefined) parts.push("-H 'Content-Type: application/json'", `-d ${quoted(this.body)}`);
    return parts.join(" \\\n  ");
  }
}

/** A call that was not done; `exchange` has FileMaker's code and text, where there was an answer. */
class Refused extends Error {
  constructor(exchange, text) {
    super(text);
    this.exchange = exchange;
  }
}

/** Sends a request and gives the `response` of the reply; the exchange is filled in. */
async function send(exchange, authorization, path = exchange.path) {
  const began = performance.now();
  const headers = { ...exchange.headers, ...(authorization && { Authorization: authorization }) };
  let reply;
  try {
    reply = await fetch(path, {
      method: exchange.method,
      headers,
      body: exchange.body,
      cache: "no-store",
      credentials: "omit",
    });
    exchange.reply = await reply.text();
  } catch {
    throw new Refused(exchange, "The server does not answer.");
  }
  exchange.milliseconds = performance.now() - began;
  exchange.status = reply.status;
  let content = null;
  try {
    content = readJson(exchange.reply);
  } catch {
    // a gateway's page, or a fault
  }
  const message = content?.messages?.[0];
  if (!message) throw new Refused(exchange, "The reply is none of FileMaker's.");
  exchange.code = String(message.code);
  exchange.message = String(message.message);
  if (exchange.code !== "0") throw new Refused(exchange, exchange.message);
  return content.response;
}

/** Makes a call in the session of a file; a dead token ends the session here, too. */
async function call(file, method, path, body) {
  const exchange = new Exchange(method, path, { body: body && JSON.stringify(body), as: "Bearer" });
  try {
    return { exchange, response: await send(exchange, `Bearer ${sessions.get(file)?.token}`) };
  } catch (refused) {
    if (refused.exchange?.code === "952") keepSession(file, null);
    throw refused;
  }
}

function base64(text) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

function filePath(file, ...more) {
  return [BASE, "databases", ...[file, ...more].map(encodeURIComponent)].join("/");
}

function logInExchange(file, user) {
  return new Exchange("POST", filePath(file, "sessions"), { body: "{}", as: "Basic", user });
}

async function logIn(file, user, password) {
  const exchange = logInExchange(file, user);
  const { token } = await send(exchange, `Basic ${base64(`${user}:${password}`)}`);
  keepSession(file, { user, token });
  return exchange;
}

async function logOut(file) {
  const { token } = sessions.get(file);
  const exchange = new Exchange("DELETE", filePath(file, "sessions") + "/{token}");
  keepSession(file, null);
  await send(exchange, "", filePath(file, "sessions", token));
  return exchange;
}
