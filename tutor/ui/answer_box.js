// Adds to Streamlit's chat box what it lacks: Ctrl+Enter sends, Alt+1..4 says how sure, what is typed is reported as a draft
// after a pause (so that a reload or the end of a round does not lose it), and the page shows what is new.
const PAUSE = 500;
const FOLLOW = 20000;

const box = () => document.querySelector('[data-testid="stChatInputTextArea"]');
const main = () => document.querySelector('[data-testid="stMain"]');

// Where to look: at the start of a critique, else at the end of the page. The element may not be there yet.
function show(target, tries = 30) {
  const element = target && document.querySelector(`.st-key-${target}`);
  if (target && !element && tries > 0) return setTimeout(() => show(target, tries - 1), 100);
  if (element) element.scrollIntoView({ block: "start" });
  else main()?.scrollTo({ top: main().scrollHeight });
}

// React keeps the text: it must see the change as if it had been typed.
function clear(area) {
  Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(area, "");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

export default function (component) {
  const { setStateValue, data } = component;
  const place = (window.tutorPlace ??= {});
  let timer = null;
  let reported = null;

  place.stop?.();
  if (place.count !== data.count) {
    const arrived = place.count === undefined;
    if (!arrived && data.handedIn && box()?.value.trim() === data.handedIn.trim()) clear(box());
    place.count = data.count;
    // Charts and formulas grow after they are drawn: on arrival, look again until they have.
    for (const later of arrived ? [150, 700, 1800] : [150]) setTimeout(() => !place.moved && show(arrived ? null : data.target), later);
    place.moved = false;
    for (const by of ["wheel", "touchmove", "mousedown"]) window.addEventListener(by, () => (place.moved = true), { once: true, passive: true });
    if (arrived && window.innerWidth > 800 && document.activeElement === document.body) box()?.focus({ preventScroll: true });
  }

  const report = () => {
    clearTimeout(timer);
    timer = null;
    const area = box();
    if (area && area.value !== reported) {
      reported = area.value;
      setStateValue("draft", { text: reported, moment: data.moment });
    }
  };
  const follow = () => {
    const watcher = new MutationObserver(() => main()?.scrollTo({ top: main().scrollHeight }));
    const stop = () => watcher.disconnect();
    place.stop?.();
    place.stop = stop;
    watcher.observe(main(), { childList: true, subtree: true });
    main().addEventListener("wheel", stop, { once: true, passive: true });
    main().addEventListener("touchmove", stop, { once: true, passive: true });
    setTimeout(stop, FOLLOW);
  };
  const typed = (event) => {
    if (event.target !== box()) return;
    clearTimeout(timer);
    // Near the end of a round every keystroke counts: what is typed then is handed in when the time is up.
    timer = setTimeout(report, data.deadline && data.deadline - Date.now() < 15000 ? 50 : PAUSE);
  };
  const pressed = (event) => {
    const sends = event.target === box() && event.key === "Enter" && !event.shiftKey && !event.isComposing;
    if (sends && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      document.querySelector('[data-testid="stChatInputSubmitButton"]')?.click();
    }
    if (sends) follow();
    if (event.altKey && /^Digit[1-4]$/.test(event.code)) {
      const choices = [...document.querySelectorAll(".st-key-confidence button")];
      const chosen = choices.find((choice) => choice.textContent.trim().startsWith(event.code.slice(-1)));
      if (chosen) {
        event.preventDefault();
        chosen.click();
      }
    }
  };
  const clicked = (event) => {
    if (event.target.closest?.('[data-testid="stChatInputSubmitButton"], .st-key-tools button')) follow();
  };
  const leaving = () => { if (timer !== null) report(); };

  const listeners = [
    [document, "input", typed], [document, "keydown", pressed], [document, "click", clicked],
    [document, "focusout", leaving], [window, "pagehide", leaving],
  ];
  place.unlisten?.();
  listeners.forEach(([where, what, act]) => where.addEventListener(what, act, true));
  place.unlisten = () => {
    clearTimeout(timer);
    listeners.forEach(([where, what, act]) => where.removeEventListener(what, act, true));
  };
  if (box()?.value) timer = setTimeout(report, PAUSE); // typed before this code was there
  return place.unlisten;
}
