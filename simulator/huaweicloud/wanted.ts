/** A purchase in the words shared by the three create calls, whichever of them it came through. JSON, because unpaid orders keep it. */
export interface Wanted {
  readonly generation: "v1" | "v2" | "v2.1";
  readonly server_name: string;
  readonly server_model_name: string;
  /** Empty for a bare server. */
  readonly phone_model_name: string;
  readonly image_id: string;
  readonly count: number;
  readonly keypair_name: string;
  readonly availability_zone: string;
  readonly enterprise_project_id: string;
  readonly order: {
    readonly charging_mode: number;
    readonly period_type: number;
    readonly period_num: number;
    readonly is_auto_pay: number;
    readonly is_auto_renew: number;
  };
  readonly vpc: { readonly id: string; readonly cidr: string };
  readonly subnet: { readonly id: string; readonly cidr: string };
  /** Existing addresses, or how many new ones per server. */
  readonly eip: { readonly ids: readonly string[]; readonly count: number };
  readonly band_width?: WantedBandwidth;
  /** Disks that show up among the server's volumes. */
  readonly volumes: readonly { readonly volume_type: string; readonly size: number }[];
  readonly phone_data_volume?: { readonly volume_type: string; readonly size: number };
  readonly server_share_data_volume?: { readonly volume_type: string; readonly size: number };
  readonly ports: readonly { readonly name: string; readonly listen_port: number; readonly internet_accessible: string }[];
  readonly is_vnc_enabled: boolean;
  readonly property: string;
}

export interface WantedBandwidth {
  readonly band_width_id?: string | undefined;
  readonly band_width_size?: number | undefined;
  readonly band_width_charge_mode?: number | undefined;
  readonly band_width_share_type?: number | undefined;
}
