// Decisions within the pages of the report: below the heading of each copy what was decided, and the buttons.

let asked = null; // the link that the note is about

async function decideHere(link, action, note = "") {
  await changing("Saving and linking …", async () => {
    const answer = await send("/api/decide", { verdict: action.verdict, ...link, note });
    await reload();
    say(`${action.done}. ${becameOf(answer)}`);
  });
}

document.addEventListener("cleanpipe:copy", ({ detail: { story, copy, slot } }) => {
  const link = { copy: slot.dataset.copy, canonical: slot.dataset.canonical };
  const said = Object.hasOwn(story.decisions, link.copy) ? story.decisions[link.copy] : null;
  const act = (action) => {
    if (action.verdict !== "unsure") return decideHere(link, action);
    asked = link;
    at("note").value = "";
    at("note-dialog").returnValue = "cancel";
    return at("note-dialog").showModal();
  };
  desk.names = new Map(story.articles.map((article) => [article.id, article]));
  slot.append(
    ...(said ? [h("p", { class: "aside" }, sentence(said), " · ", when(said.at))] : []),
    actionBar(act, String(copy.article)),
  );
});
at("note-dialog").addEventListener("close", () => {
  const unsure = ACTIONS.find((action) => action.verdict === "unsure");
  if (at("note-dialog").returnValue === "save") decideHere(asked, unsure, at("note").value);
});

/** After an undo the list and the story are read anew. */
const showNow = () => reload();
