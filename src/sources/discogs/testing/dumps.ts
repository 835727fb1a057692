/** Small dumps of the shape of Discogs', made for the tests: nobody in them exists. */
export const RELEASES = `<?xml version="1.0" encoding="utf-8"?>
<releases>
<release id="7" status="Accepted"><images><image type="primary" uri="" width="1" height="1"/></images>
<artists><artist><id>10</id><name>Ada Bell (2)</name><anv>A. Bell</anv><join>&amp;</join></artist><artist><id>11</id><name>The Sevens</name><anv/><join>,</join></artist></artists>
<title>Night &amp; Day</title><labels><label name="Low Tide" catno="LT 01" id="5"/><label name="Low Tide" catno="none" id="5"/></labels>
<extraartists><artist><id>12</id><name>Bo Dahl</name><anv/><role>Written-By, Producer [Additional, Mix]</role><tracks>A1 to B1</tracks></artist>
<artist><id>13</id><name>Cy Eck</name><anv/><role>Photography By</role><tracks/></artist>
<artist><id>14</id><name>Di Fox</name><anv/><role>Guitar</role><tracks>A1 to Z9</tracks></artist></extraartists>
<formats><format name="Vinyl" qty="2"><descriptions><description>LP</description><description>Album</description></descriptions></format></formats>
<genres><genre>Rock</genre></genres><styles><style>Beat</style></styles><country>Denmark</country><released>1971-05-00</released>
<notes>Call +45 00 00 00</notes><master_id is_main_release="true">3</master_id>
<tracklist>
<track><position/><title>Side one</title><duration/></track>
<track><position>A1</position><title>Öre</title><duration>4:05</duration></track>
<track><position>A2</position><title>Sol</title><duration>0:00</duration><artists><artist><id>11</id><name>The Sevens</name><anv/><join/></artist></artists>
<extraartists><artist><id>15</id><name>Ed Gray</name><anv/><role>Lyrics By</role></artist></extraartists></track>
<track><position/><title>Suite</title><duration>10:00</duration><sub_tracks>
<track><position>B1</position><title>Adagio</title><duration>1:02:03</duration></track>
<track><position>C1</position><title>Allegro</title><duration>abc</duration></track></sub_tracks></track>
<track><position>C2</position><title>Medley</title><duration>3:00</duration><sub_tracks><track><position/><title>One</title><duration/></track></sub_tracks></track>
<track><position>D</position><title>Twin</title><duration/></track><track><position>D</position><title>Twin again</title><duration/></track>
</tracklist>
<identifiers><identifier type="Barcode" value="5 012345 678900"/><identifier type="Barcode" description="Scanned" value="5012345678900"/>
<identifier type="ISRC" description="Track A2" value="DK-AAA-71-00002"/><identifier type="ISRC" description="all" value="DKAAA7100009"/></identifiers>
<videos><video src="x"><title>no track</title></video></videos></release>
<release id="8" status="Accepted"><artists/><title>Untimed</title><tracklist><track><position/><title>One</title><duration/></track><track><position/><title>Two</title><duration/></track></tracklist></release>
<release id="9" status="Draft"><title>Not yet</title><tracklist/></release>
<release status="Accepted"><title>Nameless</title><tracklist/></release>
<release id="10" status="Accepted"><title>No list</title></release>
<release id="11" status="Accepted"><title>Bad &nbsp; entity</title><tracklist/></release>
<release id="12" status="Accepted"><title>Timed</title><released>0000</released><tracklist><track><position></position><title>Head</title></track><track><position/><title>One</title><duration>1:00</duration></track></tracklist></release>
</releases>
`;

export const ARTISTS = `<artists><artist><id>10</id><name>Ada Bell (2)</name><realname>Somebody Real</realname><urls><url>http://example.com</url></urls></artist><artist><name>No id</name></artist></artists>`;

export const LABELS = `<labels><label><id>5</id><name>Low Tide</name><contactinfo>12 Some Street</contactinfo></label></labels>`;

export const MASTERS = `<masters><master id="3"><main_release>7</main_release><artists><artist><id>10</id><name>Ada Bell (2)</name></artist></artists><genres><genre>Rock</genre></genres><year>1971</year><title>Night &amp; Day</title></master></masters>`;
