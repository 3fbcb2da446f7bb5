// Shows the page when its widgets are ready, and says so when its kernel has ended.
"use strict";

const POLL_MS = 15000;
const kernel = JSON.parse(document.getElementById("jupyter-config-data").textContent).kernelId;

window.cellLoaded = true; // all cells stand above this script
window.voila_finish = () => {
  document.getElementById("wait").hidden = true;
  document.getElementById("rendered_cells").hidden = false;
};

// Voila shows a drawing as an image without words; the drawing itself has them.
function worded(image) {
  const drawing = new DOMParser().parseFromString(decodeURIComponent(image.src.split(",")[1] ?? ""), "image/svg+xml");
  image.alt = drawing.documentElement.getAttribute("aria-label") ?? "";
}

new MutationObserver(() => {
  document.querySelectorAll("img:not([alt])[src^='data:image/svg']").forEach(worded);
}).observe(document.body, { childList: true, subtree: true });

const timer = setInterval(async () => {
  const answer = await fetch(`/api/kernels/${kernel}`).catch(() => null);
  if (answer?.ok) return;
  document.getElementById("asleep").hidden = false;
  clearInterval(timer);
}, POLL_MS);
