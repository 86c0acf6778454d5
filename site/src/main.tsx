import { render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useGpu } from "./gpu";
import { addressOf, pageOf, pages, queryOf } from "./pages";
import type { AnyPage } from "./pages";
import { PLACES, UNITS, readSettings, writeSettings } from "./settings";
import type { Settings } from "./settings";

/** Milliseconds after which a change stands in the browser's address: browsers take few changes a second, and take long for long ones. */
const SETTLED = 150;

/** The address, followed; `go` replaces what stands behind #. */
function useAddress() {
  const [address, setAddress] = useState(location.hash);
  const pending = useRef<ReturnType<typeof setTimeout>>();
  useEffect(() => {
    const follow = () => {
      clearTimeout(pending.current);
      setAddress(location.hash);
    };
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  const go = (to: string) => {
    clearTimeout(pending.current);
    pending.current = setTimeout(() => history.replaceState(null, "", to), SETTLED);
    setAddress(to);
  };
  return [address, go] as const;
}

/** A page's view: what an address says. */
interface Shown {
  readonly address: string;
  readonly page: AnyPage | null;
  readonly state: unknown;
  readonly settings: Settings;
}

/** All pages in one, whose whole state stands in the address. */
function Site() {
  const [address, go] = useAddress();
  const [loaded, setLoaded] = useState<{ readonly id: string; readonly page: AnyPage } | null>(null);
  const [failed, setFailed] = useState("");
  const { id, title, load } = pageOf(address);
  useEffect(() => {
    document.title = `${title} · kullback`;
    let isOver = false;
    load().then((page) => { if (!isOver) setLoaded({ id, page }); }, () => { if (!isOver) setFailed(id); });
    return () => { isOver = true; };
  }, [id]);
  const page = loaded?.id === id ? loaded.page : null;
  // an address may hold a hundred thousand numbers: what was written need not be read
  const shown = useRef<Shown>();
  if (shown.current?.address !== address || shown.current.page !== page) {
    const query = queryOf(address);
    shown.current = { address, page, state: page?.read(query), settings: readSettings(query) };
  }
  const { state, settings } = shown.current;
  const write = (next: unknown, nextSettings: Settings) => {
    const to = addressOf(id, { ...page?.write(next), ...writeSettings(nextSettings) });
    shown.current = { address: to, page, state: next, settings: nextSettings };
    go(to);
  };
  return (
    <>
      <header>
        <h1>kullback</h1>
        <p>How far apart are two distributions, and in which direction? Everything is computed in this page; nothing leaves it.</p>
        <nav aria-label="Pages">
          {pages.map((one) => <a key={one.id} href={addressOf(one.id, writeSettings(settings))} aria-current={one.id === id ? "page" : undefined}>{one.title}</a>)}
        </nav>
        <SettingsForm settings={settings} change={(next) => write(state, next)} />
      </header>
      <main>{page ? <page.View state={state} change={(next) => write(next, settings)} settings={settings} /> : <p role="status">{failed === id ? "This page did not come: reload it." : "loading…"}</p>}</main>
    </>
  );
}

function SettingsForm({ settings, change }: { readonly settings: Settings; readonly change: (next: Settings) => void }) {
  const gpu = useGpu();
  return (
    <div class="settings" role="group" aria-label="Settings">
      <label>
        unit <select aria-label="unit" value={settings.unit} onChange={({ currentTarget: { value } }) => change({ ...settings, unit: value as Settings["unit"] })}>{Object.keys(UNITS).map((name) => <option key={name}>{name}</option>)}</select>
      </label>
      <label>
        compute <select aria-label="compute" value={settings.where} onChange={({ currentTarget: { value } }) => change({ ...settings, where: value as Settings["where"] })}>{Object.entries(PLACES).map(([where, text]) => <option key={where} value={where}>{text}</option>)}</select>
      </label>
      <small>{gpu}</small>
    </div>
  );
}

const place = document.getElementById("page");
if (place) render(<Site />, place);
