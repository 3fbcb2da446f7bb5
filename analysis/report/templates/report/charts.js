// Puts the live chart, with tooltips, in the place of each drawing; where that fails the drawing stays.
async function enliven(figure) {
  const drawing = figure.querySelector(".drawing");
  const live = document.createElement("div");
  live.className = "live";
  live.hidden = true;
  drawing.after(live);
  try {
    const spec = JSON.parse(figure.querySelector("script").textContent);
    // `ast` has Vega interpret its expressions: to compile them takes eval, which the page forbids.
    const { view } = await vegaEmbed(live, spec, { mode: "vega-lite", ast: true, actions: false, renderer: "svg" });
    const svg = live.querySelector("svg");
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", drawing.querySelector("svg").getAttribute("aria-label"));
    drawing.remove();
    live.hidden = false;
    if (live.querySelector(".vega-bind")) tell(live, view);
  } catch {
    live.remove();
  }
}
// Tells a reader who hears the page what a chart says in words once a slider has moved.
function tell(live, view) {
  const said = document.createElement("output");
  said.className = "said";
  live.append(said);
  live.querySelector(".vega-bindings").addEventListener("input", async () => {
    await view.runAsync();
    const words = [...live.querySelectorAll("svg .words_group text")].map((one) => one.textContent);
    said.textContent = words.filter((one) => one.length > 1).join(" ");
  });
}
for (const figure of document.querySelectorAll("figure.chart")) enliven(figure);
