// Where the list of stories and their texts come from: this page itself, which holds them in portions.

const portions = new Map();

/** The list of stories, with the words of the page. */
async function readIndex() {
  return JSON.parse(at("index").textContent);
}

/** The texts of a story of the list. An error's message says to the reader why they can't be had. */
async function readStory(entry) {
  if (entry.portion < 0)
    throw new Error(
      "The texts of this story did not fit into this page; `cleanpipe show` lays its articles side by side in a terminal.",
    );
  if (typeof DecompressionStream === "undefined" && at(`portion-${entry.portion}`)?.type !== "application/json")
    throw new Error("This browser is too old to unpack the texts; any of the last years can.");
  return (await portion(entry.portion))[entry.place];
}

/** The stories of a portion, unpacked once. Waits for the rest of the page where it is still being read. */
function portion(number) {
  if (!portions.has(number)) portions.set(number, unpack(number));
  return portions.get(number);
}

async function unpack(number) {
  const id = `portion-${number}`;
  // The element may be there with half its text: only what follows it, or the end of the page, says that it is whole.
  if (document.readyState === "loading" && !at(id)?.nextElementSibling)
    await new Promise((done) => document.addEventListener("DOMContentLoaded", done, { once: true }));
  const element = at(id);
  if (element.type === "application/json") return JSON.parse(element.textContent);
  const bytes = Uint8Array.from(atob(element.textContent), (sign) => sign.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}
