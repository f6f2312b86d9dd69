/** What of framer-motion the page uses, in a chunk of its own. */
export { domAnimation as features } from "framer-motion";
