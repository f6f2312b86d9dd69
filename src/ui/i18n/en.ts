/** Every word the page says by itself. Names of components, kinds and kubectl stay English in any language. */

const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

export const text = {
  appName: "Kubarium",
  starting: "Building the cluster…",
  skipToStage: "Skip to the stage",
  skipToList: "Skip to the list of everything",

  scenario: {
    label: (masters: number, workers: number) => `${plural(masters, "master")}, ${plural(workers, "worker")}`,
    open: "Scenario",
    title: "New cluster",
    masters: "Masters",
    workers: "Workers",
    place: "Where it stands",
    cloud: "Cloud",
    onPremises: "On-premises",
    seed: "Seed",
    create: "Build it",
    reset: "Reset this cluster",
    addWorker: "Add a worker",
  },

  health: {
    label: "Health of the cluster",
    etcd: (up: number, total: number) => `${up}/${total} etcd`,
    writes: "writes OK",
    noWrites: "no quorum: writes fail",
    nodes: (ready: number, total: number) => `${ready}/${total} nodes ready`,
    reallyDown: (count: number) => (count === 1 ? "(one of them is dead)" : `(${count} of them are dead)`),
    pods: (ready: number, wanted: number) => `${ready}/${wanted} pods ready`,
  },

  top: {
    search: "Search",
    help: "Help and keys",
    legend: "Legend",
    list: "List view",
    graph: "Graph view",
    toLight: "Light theme",
    toDark: "Dark theme",
    truth: "Show the truth",
    truthHint: "Hides what the control plane cannot know",
    density: "Messages",
    densities: { follow: "Follow one", important: "Important", everything: "Everything" },
    cut: "Cut wires",
  },

  connect: {
    title: "Connect kubectl",
    none: "This page came from a server without a bridge. With npm start, kubectl and Helm reach its cluster.",
    connecting: "Not connected. Is npm start still running?",
    connected: "Connected. What kubectl asks for goes to the cluster in this tab.",
    elsewhere: "Another tab is asked at the moment: the one that was looked at last.",
    sh: "bash, zsh",
    powershell: "PowerShell",
    copy: (shell: string) => `Copy the line for ${shell}`,
    copied: "Copied",
    hint: "Paste it where you use kubectl or Helm. While the cluster is paused, time passes as far as an answer needs.",
  },

  transport: {
    label: "Time",
    restart: "Back to the start",
    undo: "Undo the last action",
    play: "Play",
    pause: "Pause",
    step: "Step to the next message",
    next: "Run to the next event",
    pace: "Pace",
    director: "Director",
    directorHint: "slow where it matters, fast where nothing happens",
    max: "As fast as it goes",
    speed: (speed: number) => `${speed}×`,
    track: "Timeline",
    mark: (label: string, time: string) => `${label} at ${time}`,
    story: "Story",
    kubectl: "kubectl",
    terminal: "Terminal",
    rewinding: "rewinding…",
  },

  dock: {
    label: "Dock",
    tabs: "What the dock shows",
    taller: "Taller",
    shorter: "Shorter",
    height: "Height of the dock",
    pixels: (height: number) => `${height} pixels`,
    close: "Close the dock",
    closeShort: "Close",
  },

  terminal: {
    label: "Terminal of the workstation. Escape leaves it, Tab completes.",
    greeting: "The operator’s workstation. Tab completes, Ctrl+R searches, `help` lists what there is.",
    fromStage: "# done on the stage",
    rewound: (when: string) => `rewound to ${when}: what was typed after it has not happened`,
    another: "another cluster",
    stays: "The terminal stays; close the dock to put it away.",
    more: (count: number) => `… and ${count} more`,
    search: (wanted: string) => `(search)\`${wanted}': `,
    loading: "Opening the terminal…",
    stop: "Stop (Ctrl+C)",
    reader: "Screen reader support",
    readerHint: "Announces output and makes it readable line by line",
    paused: "Time stands still. What waits for the cluster goes on when it plays.",
    play: "Play",
  },

  editor: {
    label: (name: string) => `Editor: ${name}`,
    save: "Save",
    saveKeys: "Save and close (Ctrl+S)",
    close: "Close without saving (Esc)",
    changed: "changed",
    unsaved: (name: string) => `${name} was closed unsaved.`,
    reopen: "Open again with my changes",
    dismiss: "Dismiss",
    loading: "Opening the editor…",
  },

  stage: {
    label: "The cluster",
    loadBalancer: "API load balancer",
    staticPods: (count: number) => plural(count, "static pod"),
    leading: "leading",
    leader: (term: number) => `leader · term ${term}`,
    member: (role: string, term: number) => `${role} · term ${term}`,
    standby: "standby",
    commit: (commit: number, appended: number) => `commit ${commit} · appended ${appended}`,
    down: "stopped",
    noPower: "no power",
    cpu: "cpu",
    memory: "memory",
    lease: (seconds: number) => (seconds > 0 ? `lease ${seconds} s` : "lease expired"),
    cordoned: "cordoned",
    you: "you",
    kubectl: "kubectl",
    cloud: "cloud",
    cloudDown: "API down",
    machines: (count: number) => plural(count, "machine"),
    loadBalancers: (count: number) => plural(count, "load balancer"),
    users: "users",
    served: (percent: number) => `${percent} % ok`,
    noTraffic: "quiet",
    rate: (perSecond: number) => `${perSecond} req/s`,
    waiting: "Waiting for a node",
    workersRange: (from: number, to: number) => `workers ${from}–${to}`,
    readyOf: (ready: number, total: number) => `${ready}/${total} ready`,
    pods: (count: number) => plural(count, "pod"),
    cutLink: (a: string, b: string) => `The network between ${a} and ${b} is cut. Click to heal.`,
    more: (count: number) => `+${count}`,
    usage: (what: string, requested: string, limit: string, used: string) =>
      `${what}: ${requested} requested, ${limit} limit, ${used} used`,
    cutHint: "Drag a line across wires to cut them. Esc ends.",
    zoomIn: "Zoom in",
    zoomOut: "Zoom out",
    centre: "Re-centre",
  },

  pod: {
    words: {
      ready: "Ready",
      "not-ready": "Not ready",
      creating: "Creating",
      pending: "Pending",
      crash: "Crash",
      terminating: "Ending",
      succeeded: "Done",
      unknown: "Unknown",
    },
    restarts: (count: number) => plural(count, "restart"),
    believed: "believed",
    orphan: "orphan",
  },

  ledger: {
    title: "Declared · believed",
    want: (count: number) => `want ${count}`,
    believed: (count: number) => `believed ${count}`,
    really: (count: number) => `really ${count}`,
    asDeclared: "as declared",
    job: (done: number, active: number) => (active > 0 ? `${done} done · ${active} at work` : `${done} done`),
    fewer: (name: string) => `One ${name} fewer`,
    more: (name: string) => `One more ${name}`,
    wantField: (name: string) => `How many ${name}`,
    oldSet: (revision: number) => `revision ${revision}, old`,
    newSet: (revision: number) => `revision ${revision}, new`,
    bounds: (max: number, min: number) => `at most ${max} in all · at least ${min} available`,
    image: "Click to change the image",
    pods: (count: number) => plural(count, "pod"),
  },

  legend: {
    title: "Legend",
    close: "Close",
    messages: "On the wires",
    pods: "Pods",
    poddots: "Outline = recorded in etcd. Fill = running on the machine.",
    shapes: {
      write: "write",
      read: "read",
      response: "response, with its code",
      watch: "watch event",
      raft: "Raft request",
      "raft-reply": "Raft reply, + or −",
      heartbeat: "heartbeat or renewal",
      traffic: "users' traffic",
      cri: "kubelet and runtime",
      dropped: "lost on the way",
    },
    looks: {
      ready: "Running and ready",
      "not-ready": "Running, not ready",
      creating: "Being created",
      pending: "Pending: not placed yet",
      crash: "Crashing",
      terminating: "Terminating",
      succeeded: "Completed",
      unknown: "Unknown, or an orphan",
      believed: "Believed to run; nothing does",
    },
  },

  help: {
    title: "Help",
    keys: "Keys",
    intro:
      "Everything here can be undone with Z. Right click, long press or Enter on anything opens its menu.",
    close: "Close",
  },

  palette: {
    label: "Search for a thing or an action",
    placeholder: "Search…",
    empty: "Nothing of that name.",
  },

  menu: {
    noKubectl: "no kubectl equivalent",
    inspect: "Inspect",
    yaml: "YAML",
    powerOff: "Power off",
    powerOn: "Power on",
    crash: (name: string) => `Crash ${name}`,
    crashContainer: "Crash its container",
    deletePod: "Delete pod",
    cordon: "Cordon",
    uncordon: "Uncordon",
    cut: "Cut network",
    cutAll: "from all others",
    cutFrom: (host: string) => `from ${host}`,
    cutOneWay: "one way",
    cutMore: "Choose…",
    heal: "Heal network",
    scale: (count: number) => `Scale to ${count}`,
    scaleUp: "One more",
    scaleDown: "One fewer",
    scaleTo: "Scale…",
    setImage: "Set image…",
    addWorker: "Add a worker",
    removeWorker: "Remove this worker for good",
    slowDisk: "Make its disk slow",
    fastDisk: "Make its disk fast again",
    cloudOut: "Take the cloud's API down",
    cloudBack: "Bring the cloud's API back",
    traffic: (rate: number) => (rate === 0 ? "No traffic" : `${rate} requests a second`),
  },

  ask: {
    scale: (name: string) => `How many replicas of ${name}?`,
    image: (name: string) => `Which image for ${name}?`,
    ok: "OK",
    cancel: "Cancel",
  },

  inspector: {
    title: "Inspector",
    close: "Close the inspector",
    actions: "Actions",
    tabs: {
      summary: "Summary",
      yaml: "YAML",
      events: "Events",
      conditions: "Conditions",
      why: "Why",
      network: "Network",
    },
    loading: "Reading…",
    gone: "This is gone.",
    noYaml: "No object is recorded for this.",
    noEvents: "No events.",
    noConditions: "No conditions.",
    noWhy: "Nothing to explain: all is as declared.",
    networkOf: (host: string) => `What ${host} can reach`,
    directions: { both: "both ways", out: "only outgoing", in: "only incoming" },
    direction: "Direction of a cut",
    everyone: "every other host",
  },

  outline: {
    title: "Everything, as a list",
    masters: "Masters",
    workers: "Workers",
    pods: "Pods",
    workloads: "Workloads",
    name: "Name",
    believed: "The cluster believes",
    actual: "Really",
    processes: "Processes",
    node: "Node",
    actions: "Actions",
    actionsFor: (name: string) => `Actions for ${name}`,
    on: "on",
    off: "off",
    none: "nowhere yet",
    want: "Wanted",
    more: (count: number) => `and ${count} more`,
  },

  story: { title: "Story", empty: "Nothing has happened yet." },

  crash: {
    title: "The simulation itself broke",
    text: "This is a bug in Kubarium, not in your cluster. Your session can be lived through again up to here.",
    before: "Go back to before what was done last",
    again: "Try again from its history",
    fresh: "Start afresh",
    details: "What happened",
  },

  silence: {
    title: "The simulation does not answer",
    text: "It may come back by itself: this note then goes away. Or stop it: the page has kept what was done so far.",
    before: "Stop it and go back to before what was done last",
    again: "Stop it and try again from its history",
    fresh: "Stop it and start afresh",
  },

  toast: {
    dismiss: "Dismiss",
    failed: (action: string) => `${action} failed`,
    noAnswer: "No answer from the API",
  },
} as const;

/** Virtual microseconds as mm:ss.s (or h:mm:ss.s). */
export function clockText(micros: number): string {
  const sign = micros < 0 ? "−" : "";
  const tenths = Math.floor(Math.abs(micros) / 100_000);
  const seconds = (tenths % 600) / 10;
  const minutes = Math.floor(tenths / 600);
  const mm = String(minutes % 60).padStart(2, "0");
  const ss = seconds.toFixed(1).padStart(4, "0");
  const hours = Math.floor(minutes / 60);
  return hours > 0 ? `${sign}${hours}:${mm}:${ss}` : `${sign}${mm}:${ss}`;
}

/** Bytes in the units of Kubernetes quantities. */
export function bytesText(bytes: number): string {
  if (bytes >= 2 ** 30) return `${(bytes / 2 ** 30).toFixed(1)}Gi`;
  return `${Math.round(bytes / 2 ** 20)}Mi`;
}

export const coresText = (milli: number): string => (milli >= 1000 ? `${milli / 1000}` : `${milli}m`);

/** A speed as it is said: 0.02×, 1×, 40×. */
export function speedText(speed: number): string {
  if (speed >= 10) return `${Math.round(speed)}×`;
  if (speed >= 1) return `${speed.toFixed(1).replace(/\.0$/, "")}×`;
  return `${Number(speed.toPrecision(1))}×`;
}
