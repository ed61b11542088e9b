/** Exit codes: what a script can tell from how the command ended. Public; never renumbered. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  suspended: 3,
  unfit: 4,
  left: 5,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_HELP = `
Exit codes:
  0    done
  1    failed, refused, or found broken
  2    wrong usage
  3    suspended: a person has to decide; how to go on is printed
  4    the verdict is one that --fail-on names
  5    the decision was left for whoever takes the run up next; what became of it is not known yet
  130  interrupted; how to go on is printed`;
