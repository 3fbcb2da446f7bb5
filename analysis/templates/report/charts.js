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
    await vegaEmbed(live, spec, { mode: "vega-lite", ast: true, actions: false, renderer: "svg" });
    const svg = live.querySelector("svg");
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", drawing.querySelector("svg").getAttribute("aria-label"));
    drawing.remove();
    live.hidden = false;
  } catch {
    live.remove();
  }
}
for (const figure of document.querySelectorAll("figure.chart")) enliven(figure);
