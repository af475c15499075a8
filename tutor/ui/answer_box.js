// Adds to Streamlit's chat box what it lacks: Ctrl+Enter sends, Alt+1..4 says how sure, and what is typed is reported as a
// draft after a pause, so that a reload or the end of a round does not lose it.
const PAUSE = 500;

export default function (component) {
  const { setStateValue, data } = component;
  const box = () => document.querySelector('[data-testid="stChatInputTextArea"]');
  let timer = null;
  let reported = data.draft || "";

  const report = () => {
    clearTimeout(timer);
    timer = null;
    const area = box();
    if (area && area.value !== reported) {
      reported = area.value;
      setStateValue("draft", { text: reported, moment: data.moment });
    }
  };
  const typed = (event) => {
    if (event.target !== box()) return;
    clearTimeout(timer);
    timer = setTimeout(report, PAUSE);
  };
  const pressed = (event) => {
    if (event.target === box() && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      document.querySelector('[data-testid="stChatInputSubmitButton"]')?.click();
    }
    if (event.altKey && /^Digit[1-4]$/.test(event.code)) {
      const choices = document.querySelectorAll(".st-key-confidence button");
      if (choices.length) {
        event.preventDefault();
        choices[Number(event.code.slice(-1)) - 1]?.click();
      }
    }
  };
  const leaving = () => { if (timer !== null) report(); };

  document.addEventListener("input", typed, true);
  document.addEventListener("keydown", pressed, true);
  document.addEventListener("focusout", leaving, true);
  window.addEventListener("pagehide", leaving);
  return () => {
    clearTimeout(timer);
    document.removeEventListener("input", typed, true);
    document.removeEventListener("keydown", pressed, true);
    document.removeEventListener("focusout", leaving, true);
    window.removeEventListener("pagehide", leaving);
  };
}
