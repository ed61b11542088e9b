/** Buttons. Each has a name; one that is drawn as a glyph alone shows it as its title too. */
import type { ButtonHTMLAttributes } from "react";
import { Glyph, type IconName } from "./glyph.tsx";

type Rest = Omit<ButtonHTMLAttributes<HTMLButtonElement>, "type" | "className">;

export interface ButtonProps extends Rest {
  readonly label: string;
  readonly icon?: IconName;
  readonly weight?: "plain" | "main" | "danger" | "quiet";
}

export function Button({ label, icon, weight = "plain", ...rest }: ButtonProps) {
  return (
    <button type="button" className={`button button-${weight}`} {...rest}>
      {icon === undefined ? null : <Glyph name={icon} />}
      {label}
    </button>
  );
}

export interface IconButtonProps extends Rest {
  readonly label: string;
  readonly icon: IconName;
  /** The key that does the same. */
  readonly keys?: string;
}

export function IconButton({ label, icon, keys, ...rest }: IconButtonProps) {
  const title = keys === undefined ? label : `${label} (${keys})`;
  return (
    <button type="button" className="icon-button" aria-label={label} title={title} {...rest}>
      <Glyph name={icon} />
    </button>
  );
}
