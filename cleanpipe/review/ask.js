// What the page asks the desk for, and what it says aloud.

const desk = { cases: [], first: 0, found: 0, selected: 0, story: null, busy: false, names: new Map() };

/** The JSON of an address; an error's message is for the reader. */
async function askFor(path, options = {}) {
  let response;
  try {
    response = await fetch(path, { ...options, credentials: "same-origin" });
  } catch {
    throw new Error("The desk doesn't answer. If it was stopped, start `cleanpipe review` again and open its new address.");
  }
  const json = response.headers.get("content-type")?.startsWith("application/json");
  const answer = json ? await response.json() : { error: (await response.text()).trim() };
  if (!response.ok) throw new Error(answer.error || `The desk answered ${response.status}.`);
  return answer;
}

const send = (path, value) =>
  askFor(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(value) });

/** Says something in the status line, which screen readers read aloud. */
function say(text, wrong = false) {
  at("said").classList.toggle("wrong", wrong);
  at("said").textContent = text;
}

/** Runs one change at a time, and tells what went wrong; whether it went well. */
async function changing(text, change) {
  if (desk.busy) return false;
  desk.busy = true;
  document.body.setAttribute("aria-busy", "true");
  say(text);
  try {
    await change();
    return true;
  } catch (error) {
    say(error.message, true);
    return false;
  } finally {
    desk.busy = false;
    document.body.removeAttribute("aria-busy");
  }
}

/** What became of links, in one sentence. */
function becameOf(answer) {
  if (!answer.changes) return "No link changed.";
  const kinds = { added: "added", removed: "removed", moved: "moved to another original", changed: "changed" };
  const counts = new Map();
  for (const kind of answer.changed) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  if (answer.changed.length < answer.changes) return `${counted(answer.changes, "link", "links")} changed.`;
  return `${[...counts].map(([kind, count]) => `${counted(count, "link", "links")} ${kinds[kind]}`).join(", ")}.`;
}
