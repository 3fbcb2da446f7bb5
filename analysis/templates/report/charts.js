// Puts the live chart, with tooltips, in the place of each drawing; where that fails the drawing stays.
for (const figure of document.querySelectorAll("figure.chart")) {
  const drawing = figure.querySelector(".drawing");
  const live = document.createElement("div");
  live.className = "live";
  live.hidden = true;
  drawing.after(live);
  const spec = JSON.parse(figure.querySelector("script[type='application/json']").textContent);
  // `ast` makes Vega interpret its expressions; compiling them would need eval, which the page forbids.
  const options = { mode: "vega-lite", ast: true, actions: false, renderer: "svg" };
  vegaEmbed(live, spec, options).then(
    () => {
      const svg = live.querySelector("svg");
      svg.setAttribute("role", "img");
      svg.setAttribute("aria-label", drawing.querySelector("svg").getAttribute("aria-label"));
      drawing.remove();
      live.hidden = false;
    },
    () => live.remove(),
  );
}
