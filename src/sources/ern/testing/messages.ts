/** Messages made for the tests, of the shape of two versions: nobody in them exists. */
export interface DealText {
  readonly territories?: readonly string[];
  readonly excluded?: readonly string[];
  readonly use?: string;
  readonly model?: string;
  readonly start?: string;
  readonly end?: string;
  /** More of the terms, as XML. */
  readonly more?: string;
}

export interface MessageText {
  readonly id?: string;
  readonly created?: string;
  readonly recipient?: string;
  readonly isrc?: string;
  readonly title?: string;
  readonly icpn?: string;
  /** Deals of the product, and of the track's own release; without the second there is no such release. */
  readonly deals?: readonly DealText[];
  readonly trackDeals?: readonly DealText[];
  readonly duration?: string;
}

export const ARCHIVE_PARTY = "PADPIDA2013020802I";
const SENDER = "PADPIDA2026010101A";

/** ERN 3.8.2: details by territory, parties by name. */
export function ern38(message: MessageText = {}): string {
  const {
    isrc = "DKAAA2600001",
    title = "Øre & Sol",
    icpn = "5012345678900",
    duration = "PT0H3M45S",
  } = message;
  return `<?xml version="1.0" encoding="UTF-8"?>
<ern:NewReleaseMessage xmlns:ern="http://ddex.net/xml/ern/382" MessageSchemaVersionId="ern/382">
${header(message)}
<ResourceList><SoundRecording><SoundRecordingType>MusicalWorkSoundRecording</SoundRecordingType>
<SoundRecordingId><ISRC>${isrc}</ISRC></SoundRecordingId><ResourceReference>A1</ResourceReference>
<ReferenceTitle><TitleText>${xml(title)}</TitleText></ReferenceTitle><LanguageOfPerformance>da</LanguageOfPerformance><Duration>${duration}</Duration>
<SoundRecordingDetailsByTerritory><TerritoryCode>DK</TerritoryCode><Title TitleType="DisplayTitle"><TitleText>Kun Danmark</TitleText></Title></SoundRecordingDetailsByTerritory>
<SoundRecordingDetailsByTerritory><TerritoryCode>Worldwide</TerritoryCode>
<Title TitleType="DisplayTitle"><TitleText>${xml(title)}</TitleText><SubTitle>Live</SubTitle></Title>
<DisplayArtist SequenceNumber="2"><PartyName><FullName>Bo Dahl</FullName></PartyName><ArtistRole>FeaturedArtist</ArtistRole></DisplayArtist>
<DisplayArtist SequenceNumber="1"><PartyName><FullName>Ada Bell</FullName></PartyName><PartyId><ISNI>0000000121032683</ISNI></PartyId><ArtistRole>MainArtist</ArtistRole></DisplayArtist>
<ResourceContributor><PartyName><FullName>Cy Eck</FullName></PartyName><ResourceContributorRole>Producer</ResourceContributorRole></ResourceContributor>
<IndirectResourceContributor><PartyName><FullName>Di Fox</FullName></PartyName><IndirectResourceContributorRole>Composer</IndirectResourceContributorRole></IndirectResourceContributor>
<Genre><GenreText>Rock</GenreText></Genre><ParentalWarningType>Explicit</ParentalWarningType></SoundRecordingDetailsByTerritory>
</SoundRecording></ResourceList>
<ReleaseList><Release><ReleaseId><GRid>A12425GABC1234002M</GRid><ICPN IsEan="true">${icpn}</ICPN><CatalogNumber>LT 01</CatalogNumber></ReleaseId><ReleaseReference>R0</ReleaseReference>
<ReferenceTitle><TitleText>Night</TitleText></ReferenceTitle><ReleaseType>Single</ReleaseType>
<ReleaseDetailsByTerritory><TerritoryCode>Worldwide</TerritoryCode><DisplayArtistName>Ada Bell feat. Bo Dahl</DisplayArtistName><LabelName>Low Tide</LabelName>
<ResourceGroup><ResourceGroup><SequenceNumber>1</SequenceNumber><ResourceGroupContentItem><SequenceNumber>1</SequenceNumber><ReleaseResourceReference>A1</ReleaseResourceReference></ResourceGroupContentItem></ResourceGroup></ResourceGroup>
<ReleaseDate>2026-05-01</ReleaseDate></ReleaseDetailsByTerritory></Release>
${message.trackDeals ? `<Release><ReleaseId><ISRC>${isrc}</ISRC></ReleaseId><ReleaseReference>R1</ReleaseReference><ReleaseResourceReferenceList><ReleaseResourceReference>A1</ReleaseResourceReference></ReleaseResourceReferenceList><ReleaseType>TrackRelease</ReleaseType></Release>` : ""}</ReleaseList>
${dealList(message, (use) => `<Usage>${use}</Usage>`)}
</ern:NewReleaseMessage>`;
}

/** ERN 4.3: parties by reference. */
export function ern43(message: MessageText = {}): string {
  const {
    isrc = "DKAAA2600001",
    title = "Øre & Sol",
    icpn = "5012345678900",
    duration = "PT3M45S",
  } = message;
  return `<NewReleaseMessage xmlns="http://ddex.net/xml/ern/43" AvsVersionId="3" LanguageAndScriptCode="en">
${header(message)}
<PartyList><Party><PartyReference>P1</PartyReference><PartyId><ISNI>0000000121032683</ISNI></PartyId><PartyName><FullName>Ada Bell</FullName></PartyName></Party>
<Party><PartyReference>P2</PartyReference><PartyName><FullName>Low Tide</FullName></PartyName></Party></PartyList>
<ResourceList><SoundRecording><ResourceReference>A1</ResourceReference><Type>MusicalWorkSoundRecording</Type>
<SoundRecordingEdition><ResourceId><ISRC>${isrc}</ISRC></ResourceId></SoundRecordingEdition>
<DisplayTitleText ApplicableTerritoryCode="DK">Kun Danmark</DisplayTitleText><DisplayTitleText ApplicableTerritoryCode="Worldwide">${xml(title)}</DisplayTitleText>
<DisplayArtistName>Ada Bell</DisplayArtistName><DisplayArtist SequenceNumber="1"><ArtistPartyReference>P1</ArtistPartyReference><DisplayArtistRole>MainArtist</DisplayArtistRole></DisplayArtist>
<Contributor><ContributorPartyReference>P2</ContributorPartyReference><Role>Producer</Role></Contributor><Contributor><ContributorPartyReference>P9</ContributorPartyReference><Role>Composer</Role></Contributor>
<Duration>${duration}</Duration><ParentalWarningType>NotExplicit</ParentalWarningType></SoundRecording></ResourceList>
<ReleaseList><Release><ReleaseReference>R0</ReleaseReference><ReleaseType>Album</ReleaseType><ReleaseId><ICPN>${icpn}</ICPN></ReleaseId>
<DisplayTitleText>Night</DisplayTitleText><DisplayArtistName>Ada Bell</DisplayArtistName><ReleaseLabelReference>P2</ReleaseLabelReference><ReleaseDate>2026-05-01</ReleaseDate>
<ResourceGroup><ResourceGroupContentItem><SequenceNumber>1</SequenceNumber><ReleaseResourceReference>A1</ReleaseResourceReference></ResourceGroupContentItem>
<ResourceGroupContentItem><SequenceNumber>2</SequenceNumber><ReleaseResourceReference>A7</ReleaseResourceReference></ResourceGroupContentItem></ResourceGroup></Release>
${message.trackDeals ? "<TrackRelease><ReleaseReference>R1</ReleaseReference><ReleaseId><ProprietaryId>t1</ProprietaryId></ReleaseId><ReleaseResourceReference>A1</ReleaseResourceReference></TrackRelease>" : ""}</ReleaseList>
${dealList(message, (use) => use)}
</NewReleaseMessage>`;
}

function header({
  id = "M1",
  created = "2026-05-01T10:00:00Z",
  recipient = ARCHIVE_PARTY,
}: MessageText): string {
  return `<MessageHeader><MessageId>${id}</MessageId><MessageSender><PartyId>${SENDER}</PartyId></MessageSender><MessageRecipient><PartyId>${recipient}</PartyId></MessageRecipient><MessageCreatedDateTime>${created}</MessageCreatedDateTime></MessageHeader>`;
}

function dealList({ deals = [], trackDeals }: MessageText, usage: (use: string) => string): string {
  const list = (reference: string, some: readonly DealText[]): string =>
    `<ReleaseDeal><DealReleaseReference>${reference}</DealReleaseReference>${some.map((deal) => dealTerms(deal, usage)).join("")}</ReleaseDeal>`;
  return `<DealList>${list("R0", deals)}${trackDeals ? list("R1", trackDeals) : ""}</DealList>`;
}

function dealTerms(deal: DealText, usage: (use: string) => string): string {
  const {
    territories = ["Worldwide"],
    excluded = [],
    use = "PermanentDownload",
    model = "FreeOfChargeModel",
  } = deal;
  const { start = "2026-01-01", end, more = "" } = deal;
  const codes = [
    ...territories.map((code) => `<TerritoryCode>${code}</TerritoryCode>`),
    ...excluded.map((code) => `<ExcludedTerritoryCode>${code}</ExcludedTerritoryCode>`),
  ].join("");
  const until = end === undefined ? "" : `<EndDate>${end}</EndDate>`;
  return `<Deal><DealTerms><CommercialModelType>${model}</CommercialModelType>${usage(`<UseType>${use}</UseType>`)}${codes}<ValidityPeriod><StartDate>${start}</StartDate>${until}</ValidityPeriod>${more}</DealTerms></Deal>`;
}

function xml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
