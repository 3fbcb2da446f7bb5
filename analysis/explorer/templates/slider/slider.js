// A native range input in its label, and what it stands at; texts are never markup.
function render({ model, el }) {
  const label = document.createElement("label");
  const input = document.createElement("input");
  const output = document.createElement("output");
  input.type = "range";
  input.step = 1;
  input.min = 0;
  input.setAttribute("role", "slider");
  label.append(model.get("label"), input);
  el.append(label, output);
  el.classList.add("explorer-slider");

  function show() {
    const at = model.get("position");
    const words = model.get("steps")[at];
    input.max = model.get("steps").length - 1;
    input.value = at;
    input.setAttribute("aria-valuetext", words);
    output.textContent = words;
    el.classList.toggle("explorer-moved", at !== model.get("start"));
  }

  input.addEventListener("input", () => {
    model.set("position", input.valueAsNumber);
    model.save_changes();
  });
  model.on("change:position", show);
  show();
}

export default { render };
