import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { addressOf, pageOf, pages, queryOf } from "./pages";
import type { AnyPage } from "./pages";
import { PLACES, UNITS, readSettings, writeSettings } from "./settings";
import type { Settings } from "./settings";

/** The address, followed; `go` replaces what stands behind #. */
function useAddress() {
  const [address, setAddress] = useState(location.hash);
  useEffect(() => {
    const follow = () => setAddress(location.hash);
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  const go = (to: string) => {
    history.replaceState(null, "", to);
    setAddress(to);
  };
  return [address, go] as const;
}

/** All pages in one, whose whole state stands in the address. */
function Site() {
  const [address, go] = useAddress();
  const [loaded, setLoaded] = useState<{ readonly id: string; readonly page: AnyPage } | null>(null);
  const [failed, setFailed] = useState("");
  const { id, title, load } = pageOf(address);
  useEffect(() => {
    document.title = `${title} · kullback`;
    load().then((page) => setLoaded({ id, page }), () => setFailed(id));
  }, [id]);
  const query = queryOf(address);
  const settings = readSettings(query);
  const page = loaded?.id === id ? loaded.page : null;
  const state = page?.read(query);
  const write = (next: unknown, nextSettings: Settings) => go(addressOf(id, { ...page?.write(next), ...writeSettings(nextSettings) }));
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
  return (
    <div class="settings" role="group" aria-label="Settings">
      <label>
        unit <select aria-label="unit" value={settings.unit} onChange={({ currentTarget: { value } }) => change({ ...settings, unit: value as Settings["unit"] })}>{Object.keys(UNITS).map((name) => <option key={name}>{name}</option>)}</select>
      </label>
      <label>
        compute <select aria-label="compute" value={settings.where} onChange={({ currentTarget: { value } }) => change({ ...settings, where: value as Settings["where"] })}>{Object.entries(PLACES).map(([where, text]) => <option key={where} value={where}>{text}</option>)}</select>
      </label>
    </div>
  );
}

const place = document.getElementById("page");
if (place) render(<Site />, place);
