// Accepting many links at once: first they are shown, then they are accepted in one step.

let previewed = null; // what the button below the preview accepts

async function preview() {
  const relation = at("batch-relation").value;
  const least = Number(at("batch-least").value) / 100;
  await changing("Looking …", async () => {
    const found = await askFor(`/api/batch?${new URLSearchParams({ relation, least })}`);
    previewed = { relation, least, seen: found.seen };
    const name = words.relations[relation][0].toLowerCase();
    const what = `${counted(found.count, "link", "links")} (${name}, at least ${at("batch-least").value} % sure)`;
    at("batch-found").replaceChildren(
      h("h3", {}, what),
      ...(found.count
        ? [
            h(
              "p",
              {},
              "Accepting ",
              found.count === 1 ? "it" : "them",
              ` settles ${counted(found.articles, "article", "articles")}.`,
            ),
            h(
              "button",
              { type: "button", id: "batch-accept", class: "first", onclick: acceptAll },
              found.count === 1 ? "Accept it" : `Accept all ${number(found.count)}`,
            ),
            h(
              "ol",
              { class: "taken" },
              found.cases.map((item) =>
                h(
                  "li",
                  {},
                  h("cite", {}, titleOf(item.article, item.copy)),
                  " from ",
                  h("cite", {}, titleOf(item.original, item.canonical)),
                  h("span", { class: "muted" }, ` · ${percent(item.confidence)} sure`),
                ),
              ),
            ),
            found.count > found.cases.length
              ? h("p", { class: "muted" }, `And ${number(found.count - found.cases.length)} more.`)
              : "",
          ]
        : [h("p", { class: "muted" }, "No link that nobody decided about is so sure.")]),
    );
    say(`${what} found.`);
  });
}

async function acceptAll() {
  await changing("Saving and linking …", async () => {
    const answer = await send("/api/accept-all", previewed);
    at("batch-found").replaceChildren();
    say(`Accepted ${counted(answer.taken, "link", "links")}. ${becameOf(answer)} Undo takes all of them back.`);
    at("batches-title").focus();
  });
}
