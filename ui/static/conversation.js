// Runs once for the conversation, with Gradio's element, trigger and watch. Clicks become events: "ask", "open", "restart".
element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if ("ask" in button.dataset) trigger("ask", { question: button.textContent });
  if ("restart" in button.dataset) trigger("restart");
  if ("turn" in button.dataset) {
    document.querySelectorAll("[data-opener]").forEach((old) => old.removeAttribute("data-opener"));
    button.setAttribute("data-opener", ""); // where the focus returns when the article is closed
    trigger("open", { turn: Number(button.dataset.turn), marker: Number(button.dataset.marker) });
  }
});

// A new question comes into view; the answer growing under it does not move the page.
const calm = matchMedia("(prefers-reduced-motion: reduce)");
let turns = 0;
watch("value", () => {
  const shown = element.querySelectorAll(".turn");
  if (shown.length > turns) shown[shown.length - 1].scrollIntoView({ block: "start", behavior: calm.matches ? "auto" : "smooth" });
  if (shown.length < turns) document.querySelector("#question textarea")?.focus();
  turns = shown.length;
});
