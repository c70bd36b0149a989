// Decisions within the pages of the report: below the heading of each copy what was decided, and the buttons.

let asked = null; // the link that the note is about

async function decideHere(link, action, note = "") {
  await changing("Saving and linking …", async () => {
    const answer = await send("/api/decide", { verdict: action.verdict, ...link, note });
    await reload();
    say(`${action.done}. ${becameOf(answer)}`);
  });
}

document.addEventListener("cleanpipe:copy", ({ detail: { story, slot } }) => {
  const link = { copy: slot.dataset.copy, canonical: slot.dataset.canonical };
  const said = story.decisions[link.copy];
  const buttons = ACTIONS.map((action) =>
    h(
      "button",
      {
        type: "button",
        class: `action ${action.verdict}`,
        title: action.says,
        onclick: () => {
          if (action.verdict !== "unsure") return decideHere(link, action);
          asked = link;
          at("note").value = "";
          at("note-dialog").returnValue = "cancel";
          return at("note-dialog").showModal();
        },
      },
      action.name,
    ),
  );
  slot.append(
    ...(said ? [h("p", { class: "aside" }, sentence(said), " · ", when(said.at))] : []),
    h("div", { class: "actions", role: "group", "aria-label": "Decide" }, buttons),
  );
});
at("note-dialog").addEventListener("close", () => {
  const unsure = ACTIONS.find((action) => action.verdict === "unsure");
  if (at("note-dialog").returnValue === "save") decideHere(asked, unsure, at("note").value);
});
