import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Compare } from "./compare/compare";
import { addressOf, stateOf } from "./state";
import type { State } from "./state";

/** The page, whose whole state stands in its address. */
function Page() {
  const [state, setState] = useState<State>(() => stateOf(location.hash));
  useEffect(() => {
    const follow = () => setState(stateOf(location.hash));
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  const change = (next: State) => {
    history.replaceState(null, "", addressOf(next));
    setState(next);
  };
  return (
    <>
      <header>
        <h1>kullback</h1>
        <p>How far apart are two distributions, and in which direction? Everything is computed in this page; nothing leaves it.</p>
      </header>
      <main>
        <Compare state={state} change={change} />
      </main>
    </>
  );
}

const page = document.getElementById("page");
if (page) render(<Page />, page);
