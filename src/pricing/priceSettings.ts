/** What spans do not say and prices depend on. */
export interface PriceSettings {
  /** The zone of Azure's deployments. */
  readonly azureZone: 'global' | 'data_zone' | 'regional';
  /** What Bedrock's ids of Anthropic's models without a profile are called through: the region, or the global profile. */
  readonly bedrockRegion: 'regional' | 'global';
  /** The endpoint of Vertex AI. */
  readonly vertexLocation: 'global' | 'regional';
}

export const defaultPriceSettings: PriceSettings = {
  azureZone: 'global',
  bedrockRegion: 'regional',
  vertexLocation: 'global',
};
