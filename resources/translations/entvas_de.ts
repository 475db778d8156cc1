<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>AccessDialog</name>
    <message>
        <source>Sender</source>
        <translation>Sender</translation>
    </message>
    <message>
        <source>Viewer</source>
        <translation>Betrachter</translation>
    </message>
    <message>
        <source>Administrator</source>
        <translation>Administrator</translation>
    </message>
    <message>
        <source>Valid</source>
        <translation>Gültig</translation>
    </message>
    <message>
        <source>Expired</source>
        <translation>Abgelaufen</translation>
    </message>
    <message>
        <source>Revoked</source>
        <translation>Widerrufen</translation>
    </message>
    <message>
        <source>replaced by %1</source>
        <translation>ersetzt durch %1</translation>
    </message>
    <message>
        <source>the old key valid until %1</source>
        <translation>der alte Schlüssel gültig bis %1</translation>
    </message>
    <message>
        <source>expires %1</source>
        <translation>läuft ab %1</translation>
    </message>
    <message>
        <source>Being replaced</source>
        <translation>Wird ersetzt</translation>
    </message>
    <message>
        <source>(without a name)</source>
        <translation>(ohne Namen)</translation>
    </message>
    <message>
        <source>Never used</source>
        <translation>Nie benutzt</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>Nie</translation>
    </message>
    <message>
        <source>No keys yet. Create one for each program that sends or reads.</source>
        <translation>Noch keine Schlüssel. Erstellen Sie einen für jedes Programm, das sendet oder liest.</translation>
    </message>
    <message>
        <source>Project created</source>
        <translation>Projekt erstellt</translation>
    </message>
    <message>
        <source>Project renamed</source>
        <translation>Projekt umbenannt</translation>
    </message>
    <message>
        <source>Key created</source>
        <translation>Schlüssel erstellt</translation>
    </message>
    <message>
        <source>Key rotated</source>
        <translation>Schlüssel ersetzt</translation>
    </message>
    <message>
        <source>Key expiry set</source>
        <translation>Ablauf des Schlüssels gesetzt</translation>
    </message>
    <message>
        <source>Key revoked</source>
        <translation>Schlüssel widerrufen</translation>
    </message>
    <message>
        <source>Member added</source>
        <translation>Mitglied hinzugefügt</translation>
    </message>
    <message>
        <source>Member removed</source>
        <translation>Mitglied entfernt</translation>
    </message>
    <message>
        <source>Member role changed</source>
        <translation>Rolle des Mitglieds geändert</translation>
    </message>
    <message>
        <source>Project closed</source>
        <translation>Projekt geschlossen</translation>
    </message>
    <message>
        <source>Project deleted</source>
        <translation>Projekt gelöscht</translation>
    </message>
</context>
<context>
    <name>Caption</name>
    <message>
        <source>%1 more</source>
        <translation>%1 weitere</translation>
    </message>
    <message>
        <source>1 event</source>
        <translation>1 Ereignis</translation>
    </message>
    <message>
        <source>%1 events</source>
        <translation>%1 Ereignisse</translation>
    </message>
    <message>
        <source>no filter</source>
        <translation>kein Filter</translation>
    </message>
    <message>
        <source>filter: %1</source>
        <translation>Filter: %1</translation>
    </message>
    <message>
        <source>Compared with the %1, which had %2 events up to the same moment</source>
        <translation>Vergleich: %1, bis zum selben Zeitpunkt %2 Ereignisse</translation>
    </message>
    <message>
        <source>Compared with the %1, for which no data is stored</source>
        <translation>Verglichen mit: %1; dafür liegen keine Daten vor</translation>
    </message>
    <message>
        <source>Live stream filtered to: %1</source>
        <translation>Filter des Livestroms: %1</translation>
    </message>
    <message>
        <source>Made with Entvas on %1 · %2</source>
        <translation>Erstellt mit Entvas am %1 · %2</translation>
    </message>
    <message>
        <source>last contact with the server: %1</source>
        <translation>letzter Kontakt mit dem Server: %1</translation>
    </message>
</context>
<context>
    <name>QMessageBox</name>
    <message>
        <source>Entvas</source>
        <translation>Entvas</translation>
    </message>
    <message>
        <source>Entvas is already running on port %1.</source>
        <translation>Entvas läuft schon auf Port %1.</translation>
    </message>
    <message>
        <source>Only one Entvas can serve this computer&apos;s database. Show the running one&apos;s data?</source>
        <translation>Nur ein Entvas kann die Datenbank dieses Rechners bedienen. Die Daten des laufenden anzeigen?</translation>
    </message>
    <message>
        <source>Show it</source>
        <translation>Anzeigen</translation>
    </message>
    <message>
        <source>The local server could not start.</source>
        <translation>Der lokale Server konnte nicht starten.</translation>
    </message>
    <message>
        <source>Another port…</source>
        <translation>Anderer Port …</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Other server…</source>
        <translation>Anderer Server …</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Später</translation>
    </message>
</context>
<context>
    <name>RejectedPages</name>
    <message>
        <source>The server&apos;s reply about rejected events could not be read.</source>
        <translation>Die Antwort des Servers über abgelehnte Ereignisse ist nicht lesbar.</translation>
    </message>
</context>
<context>
    <name>entvas</name>
    <message>
        <source>more than %1 events in %2</source>
        <translation>mehr als %1 Ereignisse über %2</translation>
    </message>
    <message>
        <source>fewer than %1 events in %2</source>
        <translation>weniger als %1 Ereignisse über %2</translation>
    </message>
    <message>
        <source>%1 % more or fewer than in the %2 before</source>
        <translation>%1 % mehr oder weniger als die %2 davor</translation>
    </message>
    <message>
        <source>no event for %1</source>
        <translation>%1 lang kein Ereignis</translation>
    </message>
    <message>
        <source>a new event type</source>
        <translation>ein neuer Ereignistyp</translation>
    </message>
    <message>
        <source>Every event needs an eventType and a userId. Add the one that is missing.</source>
        <translation>Jedes Ereignis braucht eventType und userId. Fügen Sie hinzu, was fehlt.</translation>
    </message>
    <message>
        <source>Write the value as a text, in double quotes. Numbers, true, false, null and lists are not taken here.</source>
        <translation>Schreiben Sie den Wert als Text in doppelten Anführungszeichen. Zahlen, true, false, null und Listen werden hier nicht angenommen.</translation>
    </message>
    <message>
        <source>Give at least one character that is not a space. A field that is not needed can be left out.</source>
        <translation>Geben Sie mindestens ein Zeichen an, das kein Leerzeichen ist. Ein Feld, das nicht gebraucht wird, kann wegbleiben.</translation>
    </message>
    <message>
        <source>An eventType and an id have up to 128 characters, a userId up to 256. Longer texts belong into metadata.</source>
        <translation>eventType und id haben bis zu 128 Zeichen, userId bis zu 256. Längere Texte gehören in metadata.</translation>
    </message>
    <message>
        <source>Write date, time and zone as ISO 8601 does, or leave the field out: then the time of receipt is taken.</source>
        <translation>Schreiben Sie Datum, Uhrzeit und Zone nach ISO 8601, oder lassen Sie das Feld weg: Dann gilt die Zeit des Empfangs.</translation>
    </message>
    <message>
        <source>Remove line breaks, tabs and other control characters.</source>
        <translation>Entfernen Sie Zeilenumbrüche, Tabulatoren und andere Steuerzeichen.</translation>
    </message>
    <message>
        <source>Remove U+0000, and cut texts between characters only: half a surrogate pair is not valid text.</source>
        <translation>Entfernen Sie U+0000, und schneiden Sie Texte nur zwischen Zeichen ab: Ein halbes Surrogatpaar ist kein Text.</translation>
    </message>
    <message>
        <source>An event is one JSON object. Several are sent as an array of objects, or one a line with Content-Type: application/x-ndjson.</source>
        <translation>Ein Ereignis ist ein JSON-Objekt. Mehrere werden als Array von Objekten gesendet oder eines je Zeile mit Content-Type: application/x-ndjson.</translation>
    </message>
    <message>
        <source>Put the values into an object, each with a name.</source>
        <translation>Setzen Sie die Werte in ein Objekt, jeden mit einem Namen.</translation>
    </message>
    <message>
        <source>An event has the fields eventType, userId, timestamp, metadata and id. Put everything else into metadata.</source>
        <translation>Ein Ereignis hat die Felder eventType, userId, timestamp, metadata und id. Alles andere gehört in metadata.</translation>
    </message>
    <message>
        <source>Use every name only once within an object.</source>
        <translation>Geben Sie jeden Namen in einem Objekt nur einmal an.</translation>
    </message>
    <message>
        <source>Make metadata flatter: it may have up to 8 levels.</source>
        <translation>Machen Sie metadata flacher: Bis zu 8 Ebenen sind möglich.</translation>
    </message>
    <message>
        <source>Send less: metadata may have up to 16 KiB. Name large contents in place of sending them.</source>
        <translation>Senden Sie weniger: metadata darf bis zu 16 KiB groß sein. Nennen Sie große Inhalte, statt sie zu senden.</translation>
    </message>
    <message>
        <source>Send the number with fewer digits, or as a text.</source>
        <translation>Senden Sie die Zahl mit weniger Ziffern oder als Text.</translation>
    </message>
    <message>
        <source>Send the same value in the header Idempotency-Key and in the field id, or only one of them.</source>
        <translation>Senden Sie denselben Wert im Header Idempotency-Key und im Feld id, oder nur eines von beiden.</translation>
    </message>
    <message>
        <source>Use one of the types that this server accepts, or have the new one added to its EVENT_TYPES.</source>
        <translation>Verwenden Sie einen der Typen, die dieser Server annimmt, oder lassen Sie den neuen in EVENT_TYPES aufnehmen.</translation>
    </message>
    <message>
        <source>Send at least one event, or nothing at all.</source>
        <translation>Senden Sie mindestens ein Ereignis oder gar nichts.</translation>
    </message>
    <message>
        <source>Split it: one request takes up to 10,000 events.</source>
        <translation>Teilen Sie auf: Eine Anfrage nimmt bis zu 10.000 Ereignisse.</translation>
    </message>
    <message>
        <source>Let a JSON library write the text. Often it is a comma too many, a missing or a single quote, or a text that was cut off.</source>
        <translation>Lassen Sie eine JSON-Bibliothek den Text schreiben. Oft ist es ein Komma zu viel, ein fehlendes oder einfaches Anführungszeichen oder ein abgeschnittener Text.</translation>
    </message>
    <message>
        <source>Send fewer events in one request. The server&apos;s limit MAX_BODY_BYTES applies to the decompressed body.</source>
        <translation>Senden Sie weniger Ereignisse je Anfrage. Die Grenze ist MAX_BODY_BYTES des Servers und gilt für den entpackten Inhalt.</translation>
    </message>
    <message>
        <source>Compress the whole body with gzip, or leave out the Content-Encoding header.</source>
        <translation>Packen Sie den ganzen Inhalt mit gzip, oder lassen Sie den Header Content-Encoding weg.</translation>
    </message>
    <message>
        <source>Compress the body with gzip, or send it uncompressed without the Content-Encoding header.</source>
        <translation>Packen Sie den Inhalt mit gzip, oder senden Sie ihn, wie er ist, ohne den Header Content-Encoding.</translation>
    </message>
    <message>
        <source>Give this sender a key with the role sender.</source>
        <translation>Geben Sie diesem Sender einen Schlüssel der Rolle sender.</translation>
    </message>
    <message>
        <source>See the server&apos;s message.</source>
        <translation>Siehe die Meldung des Servers.</translation>
    </message>
    <message>
        <source>%1 is missing</source>
        <translation>%1 fehlt</translation>
    </message>
    <message>
        <source>%1 must be a text</source>
        <translation>%1 muss ein Text sein</translation>
    </message>
    <message>
        <source>%1 is empty</source>
        <translation>%1 ist leer</translation>
    </message>
    <message>
        <source>%1 is too long</source>
        <translation>%1 ist zu lang</translation>
    </message>
    <message>
        <source>%1 is not an ISO date with a zone</source>
        <translation>%1 ist kein ISO-Datum mit Zone</translation>
    </message>
    <message>
        <source>%1 has control characters</source>
        <translation>%1 hat Steuerzeichen</translation>
    </message>
    <message>
        <source>%1 has characters that can’t be stored</source>
        <translation>%1 hat Zeichen, die nicht gespeichert werden können</translation>
    </message>
    <message>
        <source>The event is not an object</source>
        <translation>Das Ereignis ist kein Objekt</translation>
    </message>
    <message>
        <source>%1 must be an object</source>
        <translation>%1 muss ein Objekt sein</translation>
    </message>
    <message>
        <source>“%1” is not a field of an event</source>
        <translation>„%1“ ist kein Feld eines Ereignisses</translation>
    </message>
    <message>
        <source>%1 appears more than once</source>
        <translation>%1 ist mehrfach angegeben</translation>
    </message>
    <message>
        <source>metadata is nested too deeply</source>
        <translation>metadata ist zu tief verschachtelt</translation>
    </message>
    <message>
        <source>metadata is too large</source>
        <translation>metadata ist zu groß</translation>
    </message>
    <message>
        <source>%1 is a number that can’t be stored</source>
        <translation>%1 ist eine Zahl, die nicht gespeichert werden kann</translation>
    </message>
    <message>
        <source>Idempotency-Key is not the event’s id</source>
        <translation>Idempotency-Key ist nicht die id des Ereignisses</translation>
    </message>
    <message>
        <source>%1 is not one of those allowed</source>
        <translation>%1 ist keiner der erlaubten Werte</translation>
    </message>
    <message>
        <source>The request holds no event</source>
        <translation>Die Anfrage enthält kein Ereignis</translation>
    </message>
    <message>
        <source>Too many events in one request</source>
        <translation>Zu viele Ereignisse in einer Anfrage</translation>
    </message>
    <message>
        <source>The text is not valid JSON</source>
        <translation>Der Text ist kein gültiges JSON</translation>
    </message>
    <message>
        <source>The request is too large</source>
        <translation>Die Anfrage ist zu groß</translation>
    </message>
    <message>
        <source>The body can’t be decompressed</source>
        <translation>Der Inhalt lässt sich nicht entpacken</translation>
    </message>
    <message>
        <source>Unknown compression of the body</source>
        <translation>Unbekannte Komprimierung des Inhalts</translation>
    </message>
    <message>
        <source>This key may not send</source>
        <translation>Dieser Schlüssel darf nicht senden</translation>
    </message>
    <message>
        <source>No reason given</source>
        <translation>Kein Grund angegeben</translation>
    </message>
    <message numerus="yes">
        <source>%1, and %n more</source>
        <translation>
            <numerusform>%1, und ein weiterer Fehler</numerusform>
            <numerusform>%1, und %n weitere Fehler</numerusform>
        </translation>
    </message>
    <message>
        <source>line %1</source>
        <translation>Zeile %1</translation>
    </message>
    <message>
        <source>event %1 of an array</source>
        <translation>Ereignis %1 eines Arrays</translation>
    </message>
    <message numerus="yes">
        <source>%n bytes</source>
        <translation>
            <numerusform>%n Byte</numerusform>
            <numerusform>%n Bytes</numerusform>
        </translation>
    </message>
    <message>
        <source>%1, not kept</source>
        <translation>%1, nicht aufbewahrt</translation>
    </message>
    <message>
        <source>empty</source>
        <translation>leer</translation>
    </message>
    <message>
        <source>the first %1 of %2</source>
        <translation>die ersten %1 von %2</translation>
    </message>
    <message>
        <source>%1 of %2, from byte %3</source>
        <translation>%1 von %2, ab Byte %3</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>not available for this time range</source>
        <translation>für diesen Zeitraum nicht verfügbar</translation>
    </message>
    <message>
        <source>The server did not count users for this time range, or does not count them at all.</source>
        <translation>Der Server hat die Benutzer dieser Zeit nicht gezählt oder zählt gar keine.</translation>
    </message>
    <message>
        <source>of all events</source>
        <translation>aller Ereignisse</translation>
    </message>
    <message>
        <source>counted exactly</source>
        <translation>genau gezählt</translation>
    </message>
    <message>
        <source>Unique users in this time range, counted exactly.</source>
        <translation>Verschiedene Benutzer dieser Zeit, genau gezählt.</translation>
    </message>
    <message>
        <source>≈ %1</source>
        <translation>≈ %1</translation>
    </message>
    <message>
        <source>± %1 %</source>
        <translation>± %1 %</translation>
    </message>
    <message>
        <source>Unique users in this time range, estimated: the true number is usually within ± %1 %.</source>
        <translation>Verschiedene Benutzer dieser Zeit, geschätzt: Die wahre Zahl liegt meist innerhalb von ± %1 %.</translation>
    </message>
    <message>
        <source>Users are counted over all events; filters do not apply.</source>
        <translation>Benutzer werden über alle Ereignisse gezählt: Der Filter gilt nicht für sie.</translation>
    </message>
    <message>
        <source>since %1</source>
        <translation>seit %1</translation>
    </message>
    <message>
        <source>Users before %1 are not known.</source>
        <translation>Wer vor %1 kam, ist nicht bekannt.</translation>
    </message>
    <message>
        <source>vs. %1</source>
        <translation>ggü. %1</translation>
    </message>
    <message>
        <source>The first and last hours or days are counted whole, because finer counts are not kept.</source>
        <translation>An den Rändern dieser Zeit werden ganze Stunden oder Tage gezählt, da feinere Zahlen nicht aufbewahrt werden.</translation>
    </message>
    <message>
        <source>%1 events in %2</source>
        <translation>%1 Ereignisse über %2</translation>
    </message>
    <message>
        <source>only %1 events in %2</source>
        <translation>nur %1 Ereignisse über %2</translation>
    </message>
    <message>
        <source>%1 events in %2, %3</source>
        <translation>%1 Ereignisse über %2, %3</translation>
    </message>
    <message>
        <source>a new event type: %1</source>
        <translation>ein neuer Ereignistyp: %1</translation>
    </message>
    <message>
        <source>new event types: %1</source>
        <translation>neue Ereignistypen: %1</translation>
    </message>
    <message>
        <source>More events than</source>
        <translation>Mehr Ereignisse als</translation>
    </message>
    <message>
        <source>&amp;Events</source>
        <translation>&amp;Ereignisse</translation>
    </message>
    <message>
        <source>&amp;Time window (minutes)</source>
        <translation>&amp;Zeitfenster (Minuten)</translation>
    </message>
    <message>
        <source>Fewer events than</source>
        <translation>Weniger Ereignisse als</translation>
    </message>
    <message>
        <source>Change by more than</source>
        <translation>Änderung um mehr als</translation>
    </message>
    <message>
        <source>P&amp;ercent</source>
        <translation>P&amp;rozent</translation>
    </message>
    <message>
        <source>No events</source>
        <translation>Keine Ereignisse</translation>
    </message>
    <message>
        <source>For &amp;minutes</source>
        <translation>Seit &amp;Minuten</translation>
    </message>
    <message>
        <source>New event type</source>
        <translation>Neuer Ereignistyp</translation>
    </message>
    <message>
        <source> Showing data from %1 ago.</source>
        <translation> Angezeigt: Stand vor %1.</translation>
    </message>
    <message>
        <source>Try now</source>
        <translation>Jetzt versuchen</translation>
    </message>
    <message>
        <source>Other server…</source>
        <translation>Anderer Server …</translation>
    </message>
    <message>
        <source>No data received</source>
        <translation>Keine Daten empfangen</translation>
    </message>
    <message>
        <source>Connect again</source>
        <translation>Neu verbinden</translation>
    </message>
    <message>
        <source>Retrying in %1 s.</source>
        <translation>Neuer Versuch in %1 s.</translation>
    </message>
    <message>
        <source>Retrying now.</source>
        <translation>Neuer Versuch läuft.</translation>
    </message>
    <message>
        <source>Connection lost</source>
        <translation>Verbindung verloren</translation>
    </message>
    <message>
        <source>No connection to %1</source>
        <translation>Keine Verbindung zu %1</translation>
    </message>
    <message>
        <source>%1 refused the connection</source>
        <translation>%1 hat die Verbindung abgelehnt</translation>
    </message>
    <message>
        <source>Enter token…</source>
        <translation>Token eingeben…</translation>
    </message>
    <message>
        <source>No such project</source>
        <translation>Kein solches Projekt</translation>
    </message>
    <message>
        <source>%1 uses an incompatible version</source>
        <translation>%1 verwendet eine unverträgliche Version</translation>
    </message>
    <message>
        <source>No server</source>
        <translation>Kein Server</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>default</source>
        <translation>Standard</translation>
    </message>
    <message>
        <source>this computer</source>
        <translation>dieser Computer</translation>
    </message>
    <message>
        <source>Project %1</source>
        <translation>Projekt %1</translation>
    </message>
    <message>
        <source>Chart</source>
        <translation>Diagramm</translation>
    </message>
    <message>
        <source>Top values</source>
        <translation>Häufigste Werte</translation>
    </message>
    <message>
        <source>Live stream</source>
        <translation>Live-Strom</translation>
    </message>
    <message>
        <source>Rejected events</source>
        <translation>Abgelehnte Ereignisse</translation>
    </message>
    <message>
        <source>About Entvas</source>
        <translation>Über Entvas</translation>
    </message>
    <message>
        <source>Entvas %1</source>
        <translation>Entvas %1</translation>
    </message>
    <message>
        <source>Live analytics on your own computer.
The source is under the MIT licence; this program uses Qt Charts and Qt HTTP Server under the GPL, version 3.</source>
        <translation>Live-Analyse auf dem eigenen Computer.
Der Quelltext steht unter der MIT-Lizenz; dieses Programm nutzt Qt Charts und Qt HTTP Server unter der GPL, Version 3.</translation>
    </message>
    <message>
        <source>Events</source>
        <translation>Ereignisse</translation>
    </message>
    <message>
        <source>Add a filter…</source>
        <translation>Filter hinzufügen …</translation>
    </message>
    <message>
        <source>Remove all filters</source>
        <translation>Alle Filter entfernen</translation>
    </message>
    <message>
        <source>Group by…</source>
        <translation>Gruppieren nach…</translation>
    </message>
    <message>
        <source>click</source>
        <translation>Klick</translation>
    </message>
    <message>
        <source>Filter to this</source>
        <translation>Nur dies</translation>
    </message>
    <message>
        <source>Ctrl + click</source>
        <translation>Strg + Klick</translation>
    </message>
    <message>
        <source>Add to filter</source>
        <translation>Zum Filter hinzufügen</translation>
    </message>
    <message>
        <source>Shift + click</source>
        <translation>Umschalt + Klick</translation>
    </message>
    <message>
        <source>Exclude</source>
        <translation>Ausschließen</translation>
    </message>
    <message>
        <source>Apply the &amp;window&apos;s filters to events and their exports</source>
        <translation>&amp;Filter des Fensters auf Ereignisse und ihre Exporte anwenden</translation>
    </message>
    <message>
        <source>Search the live stream</source>
        <translation>Den Live-Strom durchsuchen</translation>
    </message>
    <message>
        <source>Pause or resume the live stream</source>
        <translation>Den Live-Strom anhalten oder weiterlaufen lassen</translation>
    </message>
    <message>
        <source>Show stored events of the selected bar or the whole range</source>
        <translation>Gespeicherte Ereignisse des gewählten Balkens oder von allem, was gezeigt wird</translation>
    </message>
    <message>
        <source>arrows, Enter</source>
        <translation>Pfeile, Eingabe</translation>
    </message>
    <message>
        <source>Choose an event and open it</source>
        <translation>Ein Ereignis wählen und öffnen</translation>
    </message>
    <message>
        <source>Layout</source>
        <translation>Anordnung</translation>
    </message>
    <message>
        <source>drag a title</source>
        <translation>einen Titel ziehen</translation>
    </message>
    <message>
        <source>Move a panel beside another one, or onto it as a tab</source>
        <translation>Bereich neben einen anderen legen oder als Reiter auf ihn</translation>
    </message>
    <message>
        <source>drag between panels</source>
        <translation>zwischen Bereichen ziehen</translation>
    </message>
    <message>
        <source>Resize panels</source>
        <translation>Felder in der Größe ändern</translation>
    </message>
    <message>
        <source>double click a title</source>
        <translation>Doppelklick auf einen Titel</translation>
    </message>
    <message>
        <source>Maximise the panel, or show all again</source>
        <translation>Bereich maximieren oder alle wieder zeigen</translation>
    </message>
    <message>
        <source>Panels</source>
        <translation>Bereiche</translation>
    </message>
    <message>
        <source>Theme: &amp;system default</source>
        <translation>Design: &amp;Systemstandard</translation>
    </message>
    <message>
        <source>Theme: &amp;light</source>
        <translation>Design: &amp;hell</translation>
    </message>
    <message>
        <source>Theme: &amp;dark</source>
        <translation>Design: &amp;dunkel</translation>
    </message>
    <message>
        <source>Theme: high &amp;contrast, light</source>
        <translation>Design: hoher &amp;Kontrast, hell</translation>
    </message>
    <message>
        <source>Theme: high c&amp;ontrast, dark</source>
        <translation>Design: hoher K&amp;ontrast, dunkel</translation>
    </message>
</context>
<context>
    <name>entvas::Access</name>
    <message>
        <source>You are logged in at %1, but have no read access.</source>
        <translation>Sie sind bei %1 angemeldet, haben aber keinen Lesezugriff.</translation>
    </message>
    <message>
        <source>%1 does not accept the login at %2.</source>
        <translation>%1 nimmt die Anmeldung bei %2 nicht an.</translation>
    </message>
    <message>
        <source>%1 does not accept the login: %2</source>
        <translation>%1 nimmt die Anmeldung nicht an: %2</translation>
    </message>
    <message>
        <source>This token was revoked at %1. Ask the server&apos;s administrator for a new one.</source>
        <translation>Dieses Token wurde bei %1 widerrufen. Ein neues bekommen Sie vom Administrator des Servers.</translation>
    </message>
    <message>
        <source>%1 does not accept this token.</source>
        <translation>%1 nimmt dieses Token nicht an.</translation>
    </message>
    <message>
        <source>%1 does not accept this token: %2</source>
        <translation>%1 nimmt dieses Token nicht an: %2</translation>
    </message>
    <message>
        <source>%1 requires a login at %2.</source>
        <translation>%1 verlangt eine Anmeldung bei %2.</translation>
    </message>
    <message>
        <source>%1 requires a token. Ask the server&apos;s administrator for one.</source>
        <translation>%1 verlangt ein Token. Sie bekommen es vom Administrator des Servers.</translation>
    </message>
    <message>
        <source>%1 answered with status %2.</source>
        <translation>%1 hat mit Status %2 geantwortet.</translation>
    </message>
</context>
<context>
    <name>entvas::AccessDialog</name>
    <message>
        <source>New key</source>
        <translation>Neuer Schlüssel</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>&amp;Name</translation>
    </message>
    <message>
        <source>Who or what uses the key</source>
        <translation>Wer oder was ihn benutzt</translation>
    </message>
    <message>
        <source>&amp;Role</source>
        <translation>&amp;Rolle</translation>
    </message>
    <message>
        <source>Sender: may send events</source>
        <translation>Sender: darf Ereignisse senden</translation>
    </message>
    <message>
        <source>Viewer: may read</source>
        <translation>Betrachter: darf lesen</translation>
    </message>
    <message>
        <source>Administrator: both, and this page</source>
        <translation>Administrator: beides, und diese Seite</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>Nie</translation>
    </message>
    <message>
        <source>In 30 days</source>
        <translation>In 30 Tagen</translation>
    </message>
    <message>
        <source>In 90 days</source>
        <translation>In 90 Tagen</translation>
    </message>
    <message>
        <source>In a year</source>
        <translation>In einem Jahr</translation>
    </message>
    <message>
        <source>For an hour</source>
        <translation>Eine Stunde</translation>
    </message>
    <message>
        <source>For a day</source>
        <translation>Einen Tag</translation>
    </message>
    <message>
        <source>For a week</source>
        <translation>Eine Woche</translation>
    </message>
    <message>
        <source>For 30 days</source>
        <translation>30 Tage</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>Jetzt</translation>
    </message>
    <message>
        <source>In an hour</source>
        <translation>In einer Stunde</translation>
    </message>
    <message>
        <source>In a day</source>
        <translation>In einem Tag</translation>
    </message>
    <message>
        <source>In a week</source>
        <translation>In einer Woche</translation>
    </message>
    <message>
        <source>Revoke the key %1?</source>
        <translation>Den Schlüssel %1 widerrufen?</translation>
    </message>
    <message>
        <source>Revoke</source>
        <translation>Widerrufen</translation>
    </message>
    <message>
        <source>Add or change a member</source>
        <translation>Mitglied hinzufügen oder ändern</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>the sub claim of their tokens, for example auth0|5f7c8ec7</source>
        <translation>das sub ihrer Token, zum Beispiel auth0|5f7c8ec7</translation>
    </message>
    <message>
        <source>Remove the member %1?</source>
        <translation>Das Mitglied %1 entfernen?</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>New project</source>
        <translation>Neues Projekt</translation>
    </message>
    <message>
        <source>&amp;Id</source>
        <translation>&amp;Kennung</translation>
    </message>
    <message>
        <source>The name people see</source>
        <translation>Der Name, den Menschen sehen</translation>
    </message>
    <message>
        <source>Each project has its own events, keys and members.</source>
        <translation>Jedes Projekt hat eigene Ereignisse, Schlüssel und Mitglieder.</translation>
    </message>
    <message>
        <source>Close without copying the new key?</source>
        <translation>Schließen, ohne den neuen Schlüssel zu kopieren?</translation>
    </message>
    <message>
        <source>New &amp;project…</source>
        <translation>Neues &amp;Projekt…</translation>
    </message>
    <message>
        <source>&amp;New key…</source>
        <translation>&amp;Neuer Schlüssel…</translation>
    </message>
    <message>
        <source>&amp;Rotate…</source>
        <translation>&amp;Wechseln…</translation>
    </message>
    <message>
        <source>Re&amp;voke…</source>
        <translation>Wi&amp;derrufen…</translation>
    </message>
    <message>
        <source>&amp;Add or change…</source>
        <translation>&amp;Hinzufügen oder ändern…</translation>
    </message>
    <message>
        <source>Re&amp;move…</source>
        <translation>Ent&amp;fernen…</translation>
    </message>
    <message>
        <source>Show &amp;older</source>
        <translation>Ä&amp;ltere zeigen</translation>
    </message>
    <message>
        <source>Keys and access</source>
        <translation>Schlüssel und Zugang</translation>
    </message>
    <message>
        <source>Pro&amp;ject</source>
        <translation>Pro&amp;jekt</translation>
    </message>
    <message>
        <source>Sections of keys and access</source>
        <translation>Teile von Schlüssel und Zugang</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Members</source>
        <translation>Mitglieder</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>Rolle</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Last used</source>
        <translation>Zuletzt benutzt</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>Seit</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>Wer</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation>&amp;Schließen</translation>
    </message>
    <message>
        <source>No project has members yet, so every login can see every project. Adding the first member restricts access to members.</source>
        <translation>Kein Projekt hat ein Mitglied: Jede Anmeldung sieht jedes Projekt. Das erste Mitglied schließt sie für alle anderen.</translation>
    </message>
    <message>
        <source>Logins can see the projects they are members of, or that their tokens name.</source>
        <translation>Anmeldungen sehen die Projekte, deren Mitglied sie sind oder die ihre Token nennen.</translation>
    </message>
    <message>
        <source>Create key</source>
        <translation>Schlüssel erstellen</translation>
    </message>
    <message>
        <source>&amp;Expires</source>
        <translation>&amp;Läuft ab</translation>
    </message>
    <message>
        <source>The key is shown once, when it has been created.</source>
        <translation>Der Schlüssel wird ein einziges Mal gezeigt, wenn er erstellt ist.</translation>
    </message>
    <message>
        <source>Rotate key</source>
        <translation>Schlüssel wechseln</translation>
    </message>
    <message>
        <source>Create new key</source>
        <translation>Neuen Schlüssel erstellen</translation>
    </message>
    <message>
        <source>The &amp;old key stays valid</source>
        <translation>Der &amp;alte Schlüssel gilt noch</translation>
    </message>
    <message>
        <source>Not at all</source>
        <translation>Gar nicht</translation>
    </message>
    <message>
        <source>A new key with the same name and role replaces this one. Until the old one expires both are valid, so that there is time to exchange it.</source>
        <translation>Ein neuer Schlüssel mit demselben Namen und derselben Rolle ersetzt diesen. Bis der alte abläuft, gelten beide, damit Zeit bleibt, ihn auszutauschen.</translation>
    </message>
    <message>
        <source>Expiry of a key</source>
        <translation>Ablauf eines Schlüssels</translation>
    </message>
    <message>
        <source>Set expiry</source>
        <translation>Ablauf festlegen</translation>
    </message>
    <message>
        <source>Sooner or later than before. An expired key cannot be made valid again.</source>
        <translation>Früher oder später als bisher. Ein abgelaufener Schlüssel kann nicht wieder gültig gemacht werden.</translation>
    </message>
    <message>
        <source>It becomes invalid at once, on every server of this database, and cannot be made valid again.</source>
        <translation>Er wird sofort ungültig, auf jedem Server dieser Datenbank, und kann nicht wieder gültig gemacht werden.</translation>
    </message>
    <message>
        <source>&amp;Member</source>
        <translation>&amp;Mitglied</translation>
    </message>
    <message>
        <source>Within seconds it no longer sees this project.</source>
        <translation>Innerhalb von Sekunden sieht es dieses Projekt nicht mehr.</translation>
    </message>
    <message>
        <source>Create project</source>
        <translation>Projekt erstellen</translation>
    </message>
    <message>
        <source>a–z, 0–9, - and _; cannot be changed</source>
        <translation>a–z, 0–9, - und _; kann nicht geändert werden</translation>
    </message>
    <message>
        <source>It is not shown again. A lost key can be revoked and replaced by a new one.</source>
        <translation>Er wird nicht noch einmal gezeigt. Ein verlorener Schlüssel kann widerrufen und durch einen neuen ersetzt werden.</translation>
    </message>
    <message>
        <source>Close anyway</source>
        <translation>Trotzdem schließen</translation>
    </message>
    <message>
        <source>Set &amp;expiry…</source>
        <translation>A&amp;blauf festlegen…</translation>
    </message>
    <message>
        <source>Audit log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Expires</source>
        <translation>Läuft ab</translation>
    </message>
    <message>
        <source>Member</source>
        <translation>Mitglied</translation>
    </message>
    <message>
        <source>Target</source>
        <translation>Ziel</translation>
    </message>
</context>
<context>
    <name>entvas::AccessForm</name>
    <message>
        <source>Another port</source>
        <translation>Anderer Port</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Starten</translation>
    </message>
    <message>
        <source>&amp;Port for the local server</source>
        <translation>&amp;Port für den lokalen Server</translation>
    </message>
</context>
<context>
    <name>entvas::AccessPanel</name>
    <message>
        <source>Log in again</source>
        <translation>Erneut anmelden</translation>
    </message>
    <message>
        <source>Log in</source>
        <translation>Anmelden</translation>
    </message>
    <message>
        <source>Use a different account</source>
        <translation>Anderes Konto verwenden</translation>
    </message>
    <message>
        <source>Enter token…</source>
        <translation>Token eingeben…</translation>
    </message>
    <message>
        <source>Other server…</source>
        <translation>Anderer Server…</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Try with https</source>
        <translation>Mit https versuchen</translation>
    </message>
    <message>
        <source>Allow http…</source>
        <translation>http erlauben…</translation>
    </message>
    <message>
        <source>Open again</source>
        <translation>Noch einmal öffnen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>One moment</source>
        <translation>Einen Moment</translation>
    </message>
    <message>
        <source>Asking %1 where to log in.</source>
        <translation>%1 wird gefragt, wo man sich anmeldet.</translation>
    </message>
    <message>
        <source>Open this address in a browser</source>
        <translation>Öffnen Sie diese Adresse in einem Browser</translation>
    </message>
    <message>
        <source>No browser could be opened. Open the address in a browser on this computer and log in at %1; this window then continues by itself.</source>
        <translation>Es ließ sich kein Browser öffnen. Kopieren Sie die Adresse in einen auf diesem Rechner und melden Sie sich bei %1 an; dieses Fenster macht dann von selbst weiter.</translation>
    </message>
    <message>
        <source>Continue in your browser</source>
        <translation>Weiter in Ihrem Browser</translation>
    </message>
    <message>
        <source>Log in at %1 there to see the data of %2. This window then continues by itself.</source>
        <translation>Melden Sie sich dort bei %1 an, um die Zahlen von %2 zu sehen. Dieses Fenster macht dann von selbst weiter.</translation>
    </message>
    <message>
        <source>Log in to %1</source>
        <translation>Bei %1 anmelden</translation>
    </message>
    <message>
        <source>%1 requires a token</source>
        <translation>%1 verlangt ein Token</translation>
    </message>
    <message>
        <source>Your session has ended</source>
        <translation>Ihre Sitzung ist beendet</translation>
    </message>
    <message>
        <source>Login failed</source>
        <translation>Anmeldung fehlgeschlagen</translation>
    </message>
    <message>
        <source>%1 does not accept your login</source>
        <translation>%1 nimmt Ihre Anmeldung nicht an</translation>
    </message>
    <message>
        <source>%1 does not accept the token</source>
        <translation>%1 nimmt das Token nicht an</translation>
    </message>
    <message>
        <source>The token was revoked</source>
        <translation>Das Token wurde widerrufen</translation>
    </message>
    <message>
        <source>You have no read access at %1</source>
        <translation>Sie haben bei %1 keinen Lesezugriff</translation>
    </message>
    <message>
        <source>%1 Ask the server&apos;s administrator for access.</source>
        <translation>%1 Bitten Sie den Administrator des Servers um Zugang.</translation>
    </message>
    <message>
        <source>The login service is unavailable</source>
        <translation>Der Anmeldedienst ist nicht erreichbar</translation>
    </message>
    <message>
        <source>The connection to %1 is not encrypted</source>
        <translation>Die Verbindung zu %1 ist nicht verschlüsselt</translation>
    </message>
    <message>
        <source>The identity of %1 can&apos;t be verified</source>
        <translation>Die Identität von %1 lässt sich nicht prüfen</translation>
    </message>
    <message>
        <source>%1 Nothing was sent. Ask the server&apos;s administrator to fix it.</source>
        <translation>%1 Es wurde nichts gesendet. Bitten Sie den Administrator des Servers, das zu beheben.</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Address of the login</source>
        <translation>Adresse der Anmeldung</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
</context>
<context>
    <name>entvas::Account</name>
    <message>
        <source>The login at %1 has expired.</source>
        <translation>Die Anmeldung bei %1 ist abgelaufen.</translation>
    </message>
    <message>
        <source>The login at %1 has ended.</source>
        <translation>Die Anmeldung bei %1 ist beendet.</translation>
    </message>
    <message>
        <source>The login at %1 was completed with a different account.</source>
        <translation>Die Anmeldung bei %1 wurde mit einem anderen Konto abgeschlossen.</translation>
    </message>
    <message>
        <source>Your login continues as soon as its service responds: %1</source>
        <translation>Ihre Anmeldung geht weiter, sobald der Anmeldedienst antwortet: %1</translation>
    </message>
    <message>
        <source>%1 You were logged in as %2.</source>
        <translation>%1 Sie waren als %2 angemeldet.</translation>
    </message>
</context>
<context>
    <name>entvas::AccountView</name>
    <message>
        <source>Your account at this server</source>
        <translation>Ihr Konto bei diesem Server</translation>
    </message>
    <message>
        <source>Account</source>
        <translation>Konto</translation>
    </message>
    <message>
        <source>&amp;Log in…</source>
        <translation>&amp;Anmelden…</translation>
    </message>
    <message>
        <source>Use a &amp;different account…</source>
        <translation>&amp;Anderes Konto verwenden…</translation>
    </message>
    <message>
        <source>&amp;Enter token…</source>
        <translation>Token &amp;eingeben…</translation>
    </message>
    <message>
        <source>Log &amp;out</source>
        <translation>A&amp;bmelden</translation>
    </message>
    <message>
        <source>Show the account</source>
        <translation>Konto zeigen</translation>
    </message>
    <message>
        <source>F&amp;orget the token</source>
        <translation>Token ve&amp;rgessen</translation>
    </message>
    <message>
        <source>Not logged in</source>
        <translation>Nicht angemeldet</translation>
    </message>
    <message>
        <source>Token</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>Account: %1, for this run only</source>
        <translation>Konto: %1, nur für diesen Lauf</translation>
    </message>
    <message>
        <source>Account: %1</source>
        <translation>Konto: %1</translation>
    </message>
    <message>
        <source>A token entered here</source>
        <translation>Ein hier eingegebenes Token</translation>
    </message>
    <message>
        <source>Token “%1”</source>
        <translation>Token „%1“</translation>
    </message>
    <message>
        <source>Administrator at %1</source>
        <translation>Verwalter bei %1</translation>
    </message>
    <message>
        <source>Viewer at %1</source>
        <translation>Betrachter bei %1</translation>
    </message>
    <message>
        <source>At %1</source>
        <translation>Bei %1</translation>
    </message>
    <message>
        <source>Kept for this run only: no keyring could be opened</source>
        <translation>Nur für diesen Lauf: Kein Schlüsselbund ließ sich öffnen</translation>
    </message>
    <message>
        <source>Kept for this run only</source>
        <translation>Nur für diesen Lauf</translation>
    </message>
    <message>
        <source>Switch to %1</source>
        <translation>Wechseln zu %1</translation>
    </message>
    <message>
        <source>Projects: %1</source>
        <translation>Projekte: %1</translation>
    </message>
</context>
<context>
    <name>entvas::AdminClient</name>
    <message>
        <source>No server is connected.</source>
        <translation>Kein Server ist verbunden.</translation>
    </message>
    <message>
        <source>The window is connected to another server now. Close this dialog and open it again.</source>
        <translation>Das Fenster zeigt jetzt einen anderen Server. Schließen Sie dies und öffnen Sie es wieder.</translation>
    </message>
    <message>
        <source>Unencrypted requests are not sent there: use an https address.</source>
        <translation>Ohne Verschlüsselung wird dort nichts gefragt: Benutzen Sie eine https-Adresse.</translation>
    </message>
    <message>
        <source>Too many requests are pending; wait a moment.</source>
        <translation>Zu viele Anfragen sind unterwegs; warten Sie einen Moment.</translation>
    </message>
    <message>
        <source>%1 is not responding.</source>
        <translation>%1 antwortet nicht.</translation>
    </message>
    <message>
        <source>%1 answered with status %2.</source>
        <translation>%1 hat mit Status %2 geantwortet.</translation>
    </message>
</context>
<context>
    <name>entvas::AlertBanner</name>
    <message>
        <source>Alerts…</source>
        <translation>Alarme …</translation>
    </message>
    <message>
        <source>Snooze for an hour</source>
        <translation>Eine Stunde stumm</translation>
    </message>
</context>
<context>
    <name>entvas::AlertCenter</name>
    <message>
        <source>%1 and %2 more</source>
        <translation>%1 und %2 weitere</translation>
    </message>
    <message>
        <source>%1, since %2</source>
        <translation>%1, seit %2</translation>
    </message>
    <message>
        <source>%1 per second, %2 this minute</source>
        <translation>%1 pro Sekunde, %2 in dieser Minute</translation>
    </message>
</context>
<context>
    <name>entvas::AlertDialog</name>
    <message>
        <source>Alerts</source>
        <translation>Alarme</translation>
    </message>
    <message>
        <source>&amp;Add</source>
        <translation>&amp;Hinzufügen</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>&amp;Entfernen</translation>
    </message>
    <message>
        <source>Recent notifications</source>
        <translation>Letzte Benachrichtigungen</translation>
    </message>
    <message>
        <source>None yet</source>
        <translation>Noch keine</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>once per incident</source>
        <translation>einmal je Vorfall</translation>
    </message>
    <message>
        <source>every hour while active</source>
        <translation>stündlich, solange aktiv</translation>
    </message>
    <message>
        <source>once, then disable</source>
        <translation>einmal, dann abschalten</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>&amp;Name</translation>
    </message>
    <message>
        <source>&amp;When</source>
        <translation>&amp;Wenn</translation>
    </message>
    <message>
        <source>&amp;Notify</source>
        <translation>&amp;Benachrichtigen</translation>
    </message>
    <message>
        <source>Applies to</source>
        <translation>Gilt für</translation>
    </message>
    <message>
        <source>Alert</source>
        <translation>Alarm</translation>
    </message>
    <message>
        <source>New alert</source>
        <translation>Neuer Alarm</translation>
    </message>
    <message>
        <source>all events</source>
        <translation>alle Ereignisse</translation>
    </message>
    <message>
        <source>Use current &amp;filters</source>
        <translation>Aktuelle &amp;Filter verwenden</translation>
    </message>
    <message>
        <source>&amp;All events</source>
        <translation>&amp;Alle Ereignisse</translation>
    </message>
</context>
<context>
    <name>entvas::AlertWatch</name>
    <message>
        <source>resolved</source>
        <translation>behoben</translation>
    </message>
</context>
<context>
    <name>entvas::Board</name>
    <message>
        <source>The time zone is unknown</source>
        <translation>Die Zeitzone ist unbekannt</translation>
    </message>
    <message>
        <source>TZ is set to &quot;%1&quot;, which is no time zone. Times are shown in %2.</source>
        <translation>TZ steht auf „%1“. Das ist keine Zeitzone. Zeiten werden in %2 angezeigt.</translation>
    </message>
</context>
<context>
    <name>entvas::BreakdownPart</name>
    <message>
        <source>Breakdown %1</source>
        <translation>Aufteilung %1</translation>
    </message>
    <message>
        <source>No dimension</source>
        <translation>Keine Dimension</translation>
    </message>
</context>
<context>
    <name>entvas::BrowserLogin</name>
    <message>
        <source>%1 offers no login service. Ask the server&apos;s administrator for a token.</source>
        <translation>%1 bietet keinen Anmeldedienst an. Ein Token bekommen Sie vom Administrator des Servers.</translation>
    </message>
</context>
<context>
    <name>entvas::CommandPalette</name>
    <message>
        <source>No matches</source>
        <translation>Keine Treffer</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>Befehle</translation>
    </message>
    <message>
        <source>Type a command or a name</source>
        <translation>Tippen Sie, was Sie tun oder sehen möchten</translation>
    </message>
    <message>
        <source>Search commands</source>
        <translation>Befehle suchen</translation>
    </message>
</context>
<context>
    <name>entvas::ComparisonButton</name>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>Compare with an earlier time (C)</source>
        <translation>Mit einer früheren Zeit vergleichen (C)</translation>
    </message>
    <message>
        <source>&amp;Nothing</source>
        <translation>&amp;Nichts</translation>
    </message>
    <message>
        <source>&amp;Previous period</source>
        <translation>&amp;Zeitraum davor</translation>
    </message>
    <message>
        <source>&amp;Same time a week before</source>
        <translation>&amp;Gleiche Zeit eine Woche früher</translation>
    </message>
    <message>
        <source>vs. %1</source>
        <translation>ggü. %1</translation>
    </message>
</context>
<context>
    <name>entvas::ConnectDialog</name>
    <message>
        <source>Connect to a server</source>
        <translation>Mit einem Server verbinden</translation>
    </message>
    <message>
        <source>&amp;Server</source>
        <translation>&amp;Server</translation>
    </message>
    <message>
        <source>Viewer &amp;token (only if the server asks for one)</source>
        <translation>&amp;Token (nur wenn der Server eines verlangt)</translation>
    </message>
    <message>
        <source>&amp;Recent servers (Del forgets one)</source>
        <translation>&amp;Letzte Server (Entf vergisst einen)</translation>
    </message>
    <message>
        <source>Connect</source>
        <translation>Verbinden</translation>
    </message>
    <message>
        <source>Recent servers</source>
        <translation>Letzte Server</translation>
    </message>
    <message>
        <source>Re&amp;member the token in this computer&apos;s keyring</source>
        <translation>Token im Schlüsselbund dieses Rechners &amp;merken</translation>
    </message>
    <message>
        <source>Allow unencrypted &amp;http for this server</source>
        <translation>Unverschlüsseltes &amp;http für diesen Server erlauben</translation>
    </message>
    <message>
        <source>Anyone on the network path can read the data, steal your token and alter what you see. Allow this only on a network you trust.</source>
        <translation>Jeder auf dem Weg kann lesen, was gezeigt wird, Ihr Token nehmen und die Zahlen verändern. Erlauben Sie es nur in einem Netz, dem Sie ganz vertrauen.</translation>
    </message>
    <message>
        <source>No keyring could be opened: the token is kept until Entvas is closed.</source>
        <translation>Kein Schlüsselbund ließ sich öffnen: Das Token gilt nur für diesen Lauf.</translation>
    </message>
    <message>
        <source>This address is not encrypted. Use https, or allow it for this server.</source>
        <translation>Diese Adresse ist nicht verschlüsselt. Nehmen Sie https, oder erlauben Sie es für diesen Server.</translation>
    </message>
</context>
<context>
    <name>entvas::ConnectionBadge</name>
    <message>
        <source>Connecting</source>
        <translation>Verbindet</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>Live</translation>
    </message>
    <message>
        <source>Reconnecting</source>
        <translation>Verbindet neu</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>Abgelehnt</translation>
    </message>
    <message>
        <source>No such project</source>
        <translation>Kein solches Projekt</translation>
    </message>
    <message>
        <source>Incompatible</source>
        <translation>Unpassend</translation>
    </message>
    <message>
        <source> · %1 ms</source>
        <translation> · %1 ms</translation>
    </message>
    <message>
        <source>Connection: %1 %2</source>
        <translation>Verbindung: %1 %2</translation>
    </message>
    <message>
        <source>Stale</source>
        <translation>Veraltet</translation>
    </message>
</context>
<context>
    <name>entvas::ConnectionView</name>
    <message>
        <source>Sign-in required</source>
        <translation>Anmeldung erforderlich</translation>
    </message>
</context>
<context>
    <name>entvas::Docking</name>
    <message>
        <source>Next panel</source>
        <translation>Nächster Bereich</translation>
    </message>
    <message>
        <source>Previous panel</source>
        <translation>Voriger Bereich</translation>
    </message>
    <message>
        <source>Move the panel left</source>
        <translation>Bereich nach links</translation>
    </message>
    <message>
        <source>Move the panel right</source>
        <translation>Bereich nach rechts</translation>
    </message>
    <message>
        <source>Move the panel up</source>
        <translation>Bereich nach oben</translation>
    </message>
    <message>
        <source>Move the panel down</source>
        <translation>Bereich nach unten</translation>
    </message>
    <message>
        <source>Make the panel narrower</source>
        <translation>Bereich schmaler</translation>
    </message>
    <message>
        <source>Make the panel wider</source>
        <translation>Bereich breiter</translation>
    </message>
    <message>
        <source>Make the panel shorter</source>
        <translation>Bereich niedriger</translation>
    </message>
    <message>
        <source>Make the panel taller</source>
        <translation>Bereich höher</translation>
    </message>
    <message>
        <source>Maximise the panel, or show all again</source>
        <translation>Bereich maximieren oder alle wieder zeigen</translation>
    </message>
    <message>
        <source>Close the panel</source>
        <translation>Bereich schließen</translation>
    </message>
    <message>
        <source>Undo layout change</source>
        <translation>Änderung der Anordnung zurücknehmen</translation>
    </message>
    <message>
        <source>Redo layout change</source>
        <translation>Änderung der Anordnung wiederholen</translation>
    </message>
    <message>
        <source>Automatic layout</source>
        <translation>Automatische Anordnung</translation>
    </message>
    <message>
        <source>Move &amp;left</source>
        <translation>Nach &amp;links</translation>
    </message>
    <message>
        <source>Move &amp;right</source>
        <translation>Nach &amp;rechts</translation>
    </message>
    <message>
        <source>Move &amp;up</source>
        <translation>Nach &amp;oben</translation>
    </message>
    <message>
        <source>Move &amp;down</source>
        <translation>Nach &amp;unten</translation>
    </message>
    <message>
        <source>Make it a &amp;tab of</source>
        <translation>Als Re&amp;iter zu</translation>
    </message>
    <message>
        <source>Show &amp;all again</source>
        <translation>&amp;Alle wieder zeigen</translation>
    </message>
    <message>
        <source>Ma&amp;ximise</source>
        <translation>Ma&amp;ximieren</translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation>&amp;Schließen</translation>
    </message>
    <message>
        <source>&amp;Add a panel</source>
        <translation>Bereich &amp;hinzufügen</translation>
    </message>
    <message>
        <source>U&amp;ndo layout change</source>
        <translation>Änderung zurück&amp;nehmen</translation>
    </message>
    <message>
        <source>Aut&amp;omatic layout</source>
        <translation>Auto&amp;matische Anordnung</translation>
    </message>
</context>
<context>
    <name>entvas::EmptyPanel</name>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Send sample events</source>
        <translation>Beispielereignisse senden</translation>
    </message>
    <message>
        <source>Waiting for the first event</source>
        <translation>Warten auf das erste Ereignis</translation>
    </message>
    <message>
        <source>Send one from a terminal. It appears here as soon as it is stored.</source>
        <translation>Senden Sie eines aus einem Terminal. Es erscheint hier, sobald es gespeichert ist.</translation>
    </message>
    <message>
        <source>Command that sends one event</source>
        <translation>Befehl, der ein Ereignis sendet</translation>
    </message>
    <message>
        <source>A few random events per second until you stop them from the menu.</source>
        <translation>Einige zufällige Ereignisse pro Sekunde, bis Sie sie im Menü anhalten.</translation>
    </message>
    <message>
        <source>Sending sample events…</source>
        <translation>Beispielereignisse werden gesendet …</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
    <message>
        <source>This server has a key of its own. Ask the server&apos;s administrator for a key.</source>
        <translation>Dieser Server hat einen eigenen Schlüssel. Bitten Sie seinen Administrator um einen.</translation>
    </message>
</context>
<context>
    <name>entvas::EventPane</name>
    <message>
        <source>Event</source>
        <translation>Ereignis</translation>
    </message>
    <message>
        <source>Close (Esc)</source>
        <translation>Schließen (Esc)</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Fields</source>
        <translation>Felder</translation>
    </message>
    <message>
        <source>Double-click a value to see only events that have it</source>
        <translation>Doppelklick auf einen Wert zeigt nur Ereignisse, die ihn haben</translation>
    </message>
    <message>
        <source>Copy as JSON</source>
        <translation>Als JSON kopieren</translation>
    </message>
    <message>
        <source>Copy as curl</source>
        <translation>Als curl kopieren</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Typ</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>Received</source>
        <translation>Empfangen</translation>
    </message>
    <message>
        <source>Sent with</source>
        <translation>Gesendet mit</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>Id</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
</context>
<context>
    <name>entvas::FeedNumbers</name>
    <message>
        <source>The server was restarted in between: a backup may have been restored, or its database changed.</source>
        <translation>Der Server wurde inzwischen neu gestartet: Vielleicht wurde eine Sicherung eingespielt oder die Datenbank gewechselt.</translation>
    </message>
    <message>
        <source>The server was not restarted, so this is a fault of the server.</source>
        <translation>Der Server wurde nicht neu gestartet; es ist also ein Fehler des Servers.</translation>
    </message>
    <message>
        <source>Counts decreased</source>
        <translation>Die Zahlen sind gesunken</translation>
    </message>
    <message>
        <source>The server now counts %1 events in all; before, it had counted %2. %3</source>
        <translation>Der Server zählt jetzt insgesamt %1 Ereignisse; vorher waren es %2. %3</translation>
    </message>
    <message>
        <source>The server now counts %1 rejected events in all; before, it had counted %2. %3</source>
        <translation>Der Server zählt jetzt insgesamt %1 abgelehnte Ereignisse; vorher waren es %2. %3</translation>
    </message>
</context>
<context>
    <name>entvas::FilterBar</name>
    <message>
        <source>type</source>
        <translation>Typ</translation>
    </message>
    <message>
        <source>Time shown</source>
        <translation>Angezeigte Zeit</translation>
    </message>
    <message>
        <source>+ Add filter</source>
        <translation>+ Filter</translation>
    </message>
    <message>
        <source>Filter events (F)</source>
        <translation>Ereignisse filtern (F)</translation>
    </message>
    <message>
        <source>Back to live</source>
        <translation>Zurück zu Live</translation>
    </message>
    <message>
        <source>Follow live time again (L)</source>
        <translation>Wieder der Zeit folgen (L)</translation>
    </message>
    <message>
        <source>Counts older than 92 days are kept by UTC day</source>
        <translation>Jenseits von 92 Tagen wird nach Tagen in UTC gezählt: Dort beginnen diese Tage</translation>
    </message>
    <message>
        <source>Remove this filter</source>
        <translation>Diesen Filter entfernen</translation>
    </message>
    <message>
        <source>Remove all filters</source>
        <translation>Alle Filter entfernen</translation>
    </message>
</context>
<context>
    <name>entvas::HoverCard</name>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
</context>
<context>
    <name>entvas::JsonClient</name>
    <message>
        <source>Unencrypted requests are not sent to %1: use an https address.</source>
        <translation>%1 wird nicht ohne Verschlüsselung gefragt: Es braucht eine https-Adresse.</translation>
    </message>
    <message>
        <source>Too many requests to %1 at once.</source>
        <translation>%1 wird zu viel auf einmal gefragt.</translation>
    </message>
    <message>
        <source>The response of %1 was too large.</source>
        <translation>%1 hat mehr geschickt, als eine Antwort sein kann.</translation>
    </message>
    <message>
        <source>%1 is not responding.</source>
        <translation>%1 antwortet nicht.</translation>
    </message>
</context>
<context>
    <name>entvas::KeysDialog</name>
    <message>
        <source>Keys and mouse</source>
        <translation>Tasten und Maus</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suche</translation>
    </message>
    <message>
        <source>Search keys</source>
        <translation>Tasten suchen</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>No matches. Ctrl+K also finds commands without a shortcut.</source>
        <translation>Keine Taste tut so etwas. Strg+K findet, was keine hat.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>entvas::Kiosk</name>
    <message>
        <source>Kiosk</source>
        <translation>Kiosk</translation>
    </message>
</context>
<context>
    <name>entvas::Legend</name>
    <message>
        <source>Click: filter to this · Ctrl+click: add to filter · Shift+click: exclude</source>
        <translation>Klick: nur dies · Strg+Klick: zum Filter hinzufügen · Umschalt+Klick: ausschließen</translation>
    </message>
    <message>
        <source>Legend</source>
        <translation>Legende</translation>
    </message>
</context>
<context>
    <name>entvas::Login</name>
    <message>
        <source>The browser login was not completed in time. Nothing has changed.</source>
        <translation>Die Anmeldung im Browser wurde nicht rechtzeitig abgeschlossen. Es hat sich nichts geändert.</translation>
    </message>
    <message>
        <source>“%1” is not a secure login service address: check the server&apos;s settings.</source>
        <translation>„%1“ ist keine sichere Adresse eines Anmeldedienstes: Die Einstellungen des Servers sind falsch.</translation>
    </message>
    <message>
        <source>The login was cancelled</source>
        <translation>Die Anmeldung wurde abgebrochen</translation>
    </message>
    <message>
        <source>You can close this page and go back to Entvas.</source>
        <translation>Sie können diese Seite schließen und zu Entvas zurückkehren.</translation>
    </message>
    <message>
        <source>No free port is available for the browser&apos;s reply.</source>
        <translation>Dieser Rechner gibt keinen freien Port für die Antwort des Browsers her.</translation>
    </message>
    <message>
        <source>The reply came from a different login service.</source>
        <translation>Die Antwort kam von einem anderen Anmeldedienst als dem gefragten.</translation>
    </message>
    <message>
        <source>The login was refused: %1</source>
        <translation>Die Anmeldung wurde abgelehnt: %1</translation>
    </message>
    <message>
        <source>The login service could not log you in: %1</source>
        <translation>Der Anmeldedienst konnte Sie nicht anmelden: %1</translation>
    </message>
    <message>
        <source>The login service sent an answer without a code.</source>
        <translation>Der Anmeldedienst hat eine Antwort ohne Code geschickt.</translation>
    </message>
    <message>
        <source>The login service did not accept the answer of the browser (%1).</source>
        <translation>Der Anmeldedienst hat die Antwort des Browsers nicht angenommen (%1).</translation>
    </message>
    <message>
        <source>You are logged in</source>
        <translation>Sie sind angemeldet</translation>
    </message>
    <message>
        <source>%1 now shows you its numbers. You can close this page and go back to Entvas.</source>
        <translation>%1 zeigt Ihnen jetzt seine Zahlen. Sie können diese Seite schließen und zu Entvas zurückkehren.</translation>
    </message>
    <message>
        <source>The login service %1 answered with status %2.</source>
        <translation>Der Anmeldedienst %1 hat mit Status %2 geantwortet.</translation>
    </message>
    <message>
        <source>The login service can&apos;t be reached: %1</source>
        <translation>Der Anmeldedienst ist nicht erreichbar: %1</translation>
    </message>
    <message>
        <source>You are not logged in</source>
        <translation>Sie sind nicht angemeldet</translation>
    </message>
    <message>
        <source>The login service&apos;s name differs from the server&apos;s settings (%1): check the settings.</source>
        <translation>Der Anmeldedienst nennt sich anders, als der Server ihn nennt (%1): Dessen Einstellungen sind falsch.</translation>
    </message>
    <message>
        <source>The login service %1 offers no secure login address.</source>
        <translation>Der Anmeldedienst %1 nennt keine sichere Adresse zum Anmelden.</translation>
    </message>
    <message>
        <source>The login service %1 does not support PKCE with S256, which this program requires.</source>
        <translation>Der Anmeldedienst %1 kann eine Anmeldung aus diesem Programm nicht schützen (PKCE mit S256).</translation>
    </message>
    <message>
        <source>The login service gave an identity that is not valid: %1.</source>
        <translation>Der Anmeldedienst hat eine ungültige Identität ausgestellt: %1.</translation>
    </message>
    <message>
        <source>it can&apos;t be read</source>
        <translation>Sie ist nicht lesbar</translation>
    </message>
    <message>
        <source>it comes from another service</source>
        <translation>Sie stammt von einem anderen Dienst</translation>
    </message>
    <message>
        <source>it was made for another program</source>
        <translation>Sie wurde für ein anderes Programm ausgestellt</translation>
    </message>
    <message>
        <source>it has expired; check the clock of this computer</source>
        <translation>Sie ist abgelaufen; prüfen Sie die Uhr dieses Rechners</translation>
    </message>
    <message>
        <source>it is from the future; check the clock of this computer</source>
        <translation>Sie stammt aus der Zukunft; prüfen Sie die Uhr dieses Rechners</translation>
    </message>
    <message>
        <source>it belongs to another login</source>
        <translation>Sie gehört zu einer anderen Anmeldung</translation>
    </message>
    <message>
        <source>it names no subject</source>
        <translation>Sie nennt niemanden</translation>
    </message>
    <message>
        <source>The login service sent an answer without a token.</source>
        <translation>Der Anmeldedienst hat eine Antwort ohne Token geschickt.</translation>
    </message>
    <message>
        <source>The login service issued a token that the server can&apos;t verify. Its administrator must register “%1” as an API.</source>
        <translation>Der Anmeldedienst hat ein Token ausgestellt, das der Server nicht prüfen kann. Wer beide betreibt, muss dort „%1“ als API eintragen.</translation>
    </message>
</context>
<context>
    <name>entvas::LoginListener</name>
    <message>
        <source>This login has been used already</source>
        <translation>Diese Anmeldung ist schon verwendet worden</translation>
    </message>
    <message>
        <source>This is not the login</source>
        <translation>Das ist nicht die Anmeldung</translation>
    </message>
    <message>
        <source>Go back to Entvas. If it does not show your account, log in again there.</source>
        <translation>Kehren Sie zu Entvas zurück. Wenn es Ihr Konto nicht zeigt, melden Sie sich dort noch einmal an.</translation>
    </message>
    <message>
        <source>Entvas is waiting for a different login. You can close this page.</source>
        <translation>Entvas wartet auf eine andere Anmeldung. Sie können diese Seite schließen.</translation>
    </message>
</context>
<context>
    <name>entvas::MainWindow</name>
    <message>
        <source>Entvas</source>
        <translation>Entvas</translation>
    </message>
    <message>
        <source>&amp;Full screen</source>
        <translation>Vollb&amp;ild</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>Been&amp;den</translation>
    </message>
    <message>
        <source>&amp;Alerts…</source>
        <translation>A&amp;larme …</translation>
    </message>
    <message>
        <source>&amp;Kiosk: cycle through views full screen</source>
        <translation>&amp;Kiosk: Ansichten im Wechsel, ohne Leisten</translation>
    </message>
    <message>
        <source>Page Up, Page Down</source>
        <translation>Bild auf, Bild ab</translation>
    </message>
    <message>
        <source>Kiosk: previous or next view</source>
        <translation>Im Kiosk: vorige, nächste Ansicht</translation>
    </message>
    <message>
        <source>Space</source>
        <translation>Leertaste</translation>
    </message>
    <message>
        <source>Kiosk: hold or resume</source>
        <translation>Im Kiosk: Ansicht halten oder weiter</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>Co&amp;mmands…</source>
        <translation>Be&amp;fehle …</translation>
    </message>
    <message>
        <source>Open the menu</source>
        <translation>Menü öffnen</translation>
    </message>
    <message>
        <source>&amp;New window</source>
        <translation>&amp;Neues Fenster</translation>
    </message>
    <message>
        <source>&amp;Close the window</source>
        <translation>Fenster &amp;schließen</translation>
    </message>
    <message>
        <source>S&amp;ettings…</source>
        <translation>&amp;Einstellungen …</translation>
    </message>
    <message>
        <source>A&amp;bout Entvas</source>
        <translation>&amp;Über Entvas</translation>
    </message>
    <message>
        <source>Ke&amp;ys and mouse…</source>
        <translation>&amp;Tasten und Maus …</translation>
    </message>
</context>
<context>
    <name>entvas::NewKeyBox</name>
    <message>
        <source>C&amp;opy</source>
        <translation>&amp;Kopieren</translation>
    </message>
    <message>
        <source>The new key</source>
        <translation>Der neue Schlüssel</translation>
    </message>
    <message>
        <source>&amp;Done</source>
        <translation>&amp;Fertig</translation>
    </message>
    <message>
        <source>This key is shown once. Copy it now to where it is needed: it cannot be recovered.</source>
        <translation>Dieser Schlüssel wird ein einziges Mal gezeigt. Kopieren Sie ihn jetzt dorthin, wo er gebraucht wird: Er lässt sich nicht wiederherstellen.</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
    <message>
        <source>The new key: %1, %2</source>
        <translation>Der neue Schlüssel: %1, %2</translation>
    </message>
</context>
<context>
    <name>entvas::Notices</name>
    <message>
        <source>Entvas</source>
        <translation>Entvas</translation>
    </message>
    <message>
        <source>Got it</source>
        <translation>Verstanden</translation>
    </message>
    <message>
        <source>Your login is kept until Entvas is closed</source>
        <translation>Ihre Anmeldung gilt nur für diesen Lauf</translation>
    </message>
    <message>
        <source>No keyring (Secret Service) could be opened. You will have to log in again after a restart.</source>
        <translation>Kein Schlüsselbund dieses Rechners ließ sich öffnen (Secret Service). Nach einem Neustart melden Sie sich erneut an.</translation>
    </message>
    <message>
        <source>Entvas quit unexpectedly last time</source>
        <translation>Entvas wurde beim letzten Mal unerwartet beendet</translation>
    </message>
    <message>
        <source>No stored events were lost. The report helps to find the cause.</source>
        <translation>Es gingen keine gespeicherten Ereignisse verloren. Der Bericht hilft, die Ursache zu finden.</translation>
    </message>
    <message>
        <source>Show report</source>
        <translation>Bericht zeigen</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>The report could not be opened.</source>
        <translation>Der Bericht ließ sich nicht öffnen.</translation>
    </message>
</context>
<context>
    <name>entvas::Notifier</name>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
</context>
<context>
    <name>entvas::NumbersPanel</name>
    <message>
        <source>Key figures</source>
        <translation>Kennzahlen</translation>
    </message>
    <message>
        <source>&amp;Hide “%1”</source>
        <translation>„%1“ aus&amp;blenden</translation>
    </message>
    <message>
        <source>&amp;Show “%1”</source>
        <translation>„%1“ ein&amp;blenden</translation>
    </message>
</context>
<context>
    <name>entvas::NumbersPart</name>
    <message>
        <source>Events</source>
        <translation>Ereignisse</translation>
    </message>
    <message>
        <source>This minute</source>
        <translation>Diese Minute</translation>
    </message>
    <message>
        <source>Per second</source>
        <translation>Pro Sekunde</translation>
    </message>
    <message>
        <source>Unique users</source>
        <translation>Verschiedene Benutzer</translation>
    </message>
    <message>
        <source>Rejected</source>
        <translation>Abgelehnt</translation>
    </message>
    <message>
        <source>Show the rejected events and why</source>
        <translation>Abgelehnte Ereignisse und Gründe zeigen</translation>
    </message>
    <message>
        <source>Events %1</source>
        <translation>Ereignisse %1</translation>
    </message>
    <message>
        <source>vs. %1</source>
        <translation>ggü. %1</translation>
    </message>
    <message>
        <source>none in the %1</source>
        <translation>%1: nichts</translation>
    </message>
    <message>
        <source>not available for the %1</source>
        <translation>nicht bekannt: %1</translation>
    </message>
    <message>
        <source>%1 over all time</source>
        <translation>%1 insgesamt</translation>
    </message>
    <message>
        <source>of %1 over all time</source>
        <translation>von %1 insgesamt</translation>
    </message>
    <message>
        <source>peak %1 at %2</source>
        <translation>Spitze %1 um %2</translation>
    </message>
    <message>
        <source>quiet for an hour</source>
        <translation>seit einer Stunde ruhig</translation>
    </message>
    <message>
        <source>quiet for 5 minutes</source>
        <translation>seit 5 Minuten ruhig</translation>
    </message>
    <message>
        <source>rejection rate %1</source>
        <translation>Ablehnungsquote %1</translation>
    </message>
    <message>
        <source>nothing received yet</source>
        <translation>noch nichts empfangen</translation>
    </message>
    <message>
        <source>nothing received</source>
        <translation>nichts empfangen</translation>
    </message>
    <message>
        <source>over all time</source>
        <translation>insgesamt</translation>
    </message>
    <message>
        <source>all events accepted</source>
        <translation>alle Ereignisse angenommen</translation>
    </message>
</context>
<context>
    <name>entvas::PaletteItems</name>
    <message>
        <source>View</source>
        <translation>Ansicht</translation>
    </message>
    <message>
        <source>Project</source>
        <translation>Projekt</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Server</translation>
    </message>
    <message>
        <source>Group by</source>
        <translation>Gruppieren nach</translation>
    </message>
    <message>
        <source>Filter to this %1</source>
        <translation>Nur diese: %1</translation>
    </message>
    <message>
        <source>Time zone</source>
        <translation>Zeitzone</translation>
    </message>
</context>
<context>
    <name>entvas::Panel</name>
    <message>
        <source>Menu of the panel %1</source>
        <translation>Menü des Bereichs %1</translation>
    </message>
    <message>
        <source>&amp;Panel</source>
        <translation>&amp;Bereich</translation>
    </message>
    <message>
        <source>Move, maximise or close this panel</source>
        <translation>Diesen Bereich verschieben, maximieren oder schließen</translation>
    </message>
    <message>
        <source>Panels at this place</source>
        <translation>Bereiche an dieser Stelle</translation>
    </message>
    <message>
        <source>Drag to move the panel, double-click to maximise it (F12)</source>
        <translation>Ziehen verschiebt den Bereich, Doppelklick maximiert ihn (F12)</translation>
    </message>
</context>
<context>
    <name>entvas::PanelArea</name>
    <message>
        <source>%1 + %2</source>
        <translation>%1 + %2</translation>
    </message>
</context>
<context>
    <name>entvas::ProjectButton</name>
    <message>
        <source>Choose the project</source>
        <translation>Das angezeigte Projekt wählen</translation>
    </message>
</context>
<context>
    <name>entvas::RangeBar</name>
    <message>
        <source>Range</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Show events %1 (key %2)</source>
        <translation>Ereignisse %1 zeigen (Taste %2)</translation>
    </message>
    <message>
        <source>Custom…</source>
        <translation>Eigene …</translation>
    </message>
    <message>
        <source>Custom range (key %1)</source>
        <translation>Eigener Zeitraum (Taste %1)</translation>
    </message>
    <message>
        <source>Choose the time range (keys 1 to %1)</source>
        <translation>Angezeigte Zeit wählen (Tasten 1 bis %1)</translation>
    </message>
    <message>
        <source>Range: %1</source>
        <translation>Zeitraum: %1</translation>
    </message>
</context>
<context>
    <name>entvas::RawExport</name>
    <message>
        <source>The file %1 can&apos;t be written: %2.</source>
        <translation>Die Datei %1 kann nicht geschrieben werden: %2.</translation>
    </message>
    <message>
        <source>%1 aborted the export. Try again; nothing was saved.</source>
        <translation>%1 hat den Export abgebrochen. Versuchen Sie es erneut; was gekommen war, wurde nicht aufbewahrt.</translation>
    </message>
    <message>
        <source>%1 can&apos;t export: its version is too old.</source>
        <translation>%1 kann nicht exportieren: Der Server hat eine ältere Version.</translation>
    </message>
    <message>
        <source>%1 sent a line that is not an event.</source>
        <translation>%1 hat eine Zeile gesendet, die kein Ereignis ist.</translation>
    </message>
</context>
<context>
    <name>entvas::RawExportDialog</name>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>%1 of about %2 events</source>
        <translation>%1 von etwa %2 Ereignissen</translation>
    </message>
</context>
<context>
    <name>entvas::RejectedModel</name>
    <message>
        <source>The event type can’t be read</source>
        <translation>Der Ereignistyp ist nicht lesbar</translation>
    </message>
    <message>
        <source>Received</source>
        <translation>Empfangen</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Typ</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Warum</translation>
    </message>
    <message numerus="yes">
        <source>and %Ln more events like it</source>
        <translation>
            <numerusform>und %Ln weiteres Ereignis dieser Anfrage</numerusform>
            <numerusform>und %Ln weitere Ereignisse dieser Anfrage</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>entvas::RejectedPages</name>
    <message>
        <source>%1 sent too much data about rejected events.</source>
        <translation>%1 hat mehr über abgelehnte Ereignisse gesendet, als angesehen werden kann.</translation>
    </message>
    <message>
        <source>%1 is not responding.</source>
        <translation>%1 antwortet nicht.</translation>
    </message>
    <message>
        <source>%1 does not report rejected events: its version is too old.</source>
        <translation>%1 zeigt keine abgelehnten Ereignisse: Der Server hat eine ältere Version.</translation>
    </message>
</context>
<context>
    <name>entvas::RejectedPane</name>
    <message>
        <source>Copy body</source>
        <translation>Inhalt kopieren</translation>
    </message>
    <message>
        <source>Copy as curl</source>
        <translation>Als curl kopieren</translation>
    </message>
    <message>
        <source>Rejected event</source>
        <translation>Abgelehntes Ereignis</translation>
    </message>
    <message>
        <source>What to fix</source>
        <translation>Was zu beheben ist</translation>
    </message>
    <message>
        <source>Body as it was sent</source>
        <translation>Inhalt, wie er gesendet wurde</translation>
    </message>
    <message>
        <source>Choose a rejected event to see what to fix</source>
        <translation>Wählen Sie ein abgelehntes Ereignis, um zu sehen, was zu beheben ist</translation>
    </message>
    <message>
        <source>From %1</source>
        <translation>Von %1</translation>
    </message>
    <message>
        <source>%1 from %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>address %1</source>
        <translation>Adresse %1</translation>
    </message>
    <message>
        <source>answered %1</source>
        <translation>Antwort %1</translation>
    </message>
    <message>
        <source>request %1</source>
        <translation>Anfrage %1</translation>
    </message>
    <message>
        <source>Sent: %1</source>
        <translation>Gesendet: %1</translation>
    </message>
    <message>
        <source>Nothing of the body was kept</source>
        <translation>Vom Inhalt wurde nichts aufbewahrt</translation>
    </message>
    <message>
        <source>Copy a command that sends this request again</source>
        <translation>Ein Befehl, der dasselbe noch einmal sendet, um Änderungen zu versuchen</translation>
    </message>
    <message>
        <source>Only a part of the body was kept</source>
        <translation>Nur ein Teil des Inhalts wurde aufbewahrt</translation>
    </message>
    <message>
        <source>Reply to the sender: %1</source>
        <translation>Antwort an den Absender: %1</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
    <message numerus="yes">
        <source>%Ln more of this request, counted only</source>
        <translation>
            <numerusform>%Ln weiteres derselben Anfrage nur gezählt</numerusform>
            <numerusform>%Ln weitere derselben Anfrage nur gezählt</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>entvas::RejectedView</name>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Rejected events</source>
        <translation>Abgelehnte Ereignisse</translation>
    </message>
    <message>
        <source>List of rejected events</source>
        <translation>Liste der abgelehnten Ereignisse</translation>
    </message>
    <message>
        <source>Command that sends an event which is rejected</source>
        <translation>Befehl, der ein Ereignis sendet, das abgelehnt wird</translation>
    </message>
    <message>
        <source>%1 since the server started at %2</source>
        <translation>%1 seit dem Start des Servers um %2</translation>
    </message>
    <message>
        <source>%1 since the server started at %2 · showing the latest %3</source>
        <translation>%1 seit dem Start des Servers um %2 · die letzten %3 sind hier</translation>
    </message>
    <message>
        <source>The server keeps the last %1 in memory. They are cleared on restart; the count remains.</source>
        <translation>Der Server behält die letzten %1 im Speicher. Ein Neustart vergisst sie; die Anzahl bleibt.</translation>
    </message>
    <message>
        <source>The rejected events can’t be read</source>
        <translation>Die abgelehnten Ereignisse können nicht gelesen werden</translation>
    </message>
    <message>
        <source>All events since %1 were accepted</source>
        <translation>Jedes Ereignis seit %1 wurde angenommen</translation>
    </message>
    <message>
        <source>Earlier ones are counted, but their details were cleared when the server restarted. To see an example, send an event without a user:</source>
        <translation>Frühere sind gezählt, doch der Server behält ihren Text nur im Speicher und ist seither neu gestartet. Um zu sehen, wie eines hier aussähe, senden Sie ein Ereignis ohne Benutzer:</translation>
    </message>
    <message>
        <source>All events were accepted</source>
        <translation>Jedes Ereignis wurde angenommen</translation>
    </message>
    <message>
        <source>Rejected events appear here with the reason and how to fix them. To see an example, send an event without a user:</source>
        <translation>Was Sender falsch machen, ist hier mit dem Grund und der Abhilfe zu sehen. Um zu sehen, wie es aussieht, senden Sie ein Ereignis ohne Benutzer:</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>Wird geladen…</translation>
    </message>
    <message>
        <source>No server</source>
        <translation>Kein Server</translation>
    </message>
    <message>
        <source>Rejected events appear once connected.</source>
        <translation>Abgelehnte Ereignisse sind zu sehen, sobald eine Verbindung besteht.</translation>
    </message>
</context>
<context>
    <name>entvas::RestClient</name>
    <message>
        <source>%1 is not responding.</source>
        <translation>%1 antwortet nicht.</translation>
    </message>
    <message>
        <source>%1 answered with status %2.</source>
        <translation>%1 hat mit Status %2 geantwortet.</translation>
    </message>
    <message>
        <source>Unencrypted requests are not sent there: use an https address.</source>
        <translation>Ohne Verschlüsselung wird dort nichts gefragt: Benutzen Sie eine https-Adresse.</translation>
    </message>
</context>
<context>
    <name>entvas::SaveViewDialog</name>
    <message>
        <source>Save this view</source>
        <translation>Diese Ansicht speichern</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>&amp;Name</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>A view with this name exists and will be replaced.</source>
        <translation>Eine Ansicht dieses Namens gibt es schon; sie wird ersetzt.</translation>
    </message>
    <message>
        <source>Saves this window&apos;s time range, filters, layout and server.</source>
        <translation>Behält Zeit, Filter, Anordnung und Server dieses Fensters.</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>Ersetzen</translation>
    </message>
</context>
<context>
    <name>entvas::ServerMenu</name>
    <message>
        <source>Server</source>
        <translation>Server</translation>
    </message>
    <message>
        <source>&amp;Connect to a server…</source>
        <translation>Mit Server &amp;verbinden …</translation>
    </message>
    <message>
        <source>&amp;Use the local server</source>
        <translation>&amp;Eigenen Server verwenden</translation>
    </message>
    <message>
        <source>Connect again now</source>
        <translation>Jetzt neu verbinden</translation>
    </message>
    <message>
        <source>&amp;Keys and access…</source>
        <translation>&amp;Schlüssel und Zugang…</translation>
    </message>
    <message>
        <source>&amp;Send sample events</source>
        <translation>&amp;Beispielereignisse senden</translation>
    </message>
    <message>
        <source>The sample events were not accepted.</source>
        <translation>Die Beispielereignisse wurden abgelehnt.</translation>
    </message>
    <message>
        <source>&amp;Recent servers</source>
        <translation>L&amp;etzte Server</translation>
    </message>
    <message>
        <source>&amp;Keys and access (%1)</source>
        <translation>&amp;Schlüssel und Zugang (%1)</translation>
    </message>
    <message>
        <source>no server is connected</source>
        <translation>kein Server ist verbunden</translation>
    </message>
    <message>
        <source>only for administrators</source>
        <translation>nur für Administratoren</translation>
    </message>
    <message>
        <source>the server is not responding</source>
        <translation>der Server antwortet nicht</translation>
    </message>
</context>
<context>
    <name>entvas::Session</name>
    <message>
        <source>your key</source>
        <translation>Ihr Schlüssel</translation>
    </message>
</context>
<context>
    <name>entvas::SettingsDialog</name>
    <message>
        <source>Reopen windows</source>
        <translation>Die Fenster öffnen, die offen waren</translation>
    </message>
    <message>
        <source>Show an icon in the system tray</source>
        <translation>Symbol im Infobereich zeigen</translation>
    </message>
    <message>
        <source>Language and interface scale change after a restart.</source>
        <translation>Sprache und Oberflächengröße ändern sich nach einem Neustart.</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>System default</source>
        <translation>Systemstandard</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>High contrast, light</source>
        <translation>Hoher Kontrast, hell</translation>
    </message>
    <message>
        <source>High contrast, dark</source>
        <translation>Hoher Kontrast, dunkel</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source> seconds</source>
        <translation> Sekunden</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Darstellung</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Design</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Interface scale</source>
        <translation>Oberflächengröße</translation>
    </message>
    <message>
        <source>Startup</source>
        <translation>Start</translation>
    </message>
    <message>
        <source>Alerts</source>
        <translation>Alarme</translation>
    </message>
    <message>
        <source>Kiosk and views</source>
        <translation>Kiosk und Ansichten</translation>
    </message>
    <message>
        <source>Time per view</source>
        <translation>Zeit je Ansicht</translation>
    </message>
    <message>
        <source>Open the folder of the saved views</source>
        <translation>Ordner der gespeicherten Ansichten öffnen</translation>
    </message>
    <message>
        <source>&amp;Undo changes</source>
        <translation>Änderungen &amp;zurücknehmen</translation>
    </message>
    <message>
        <source>Restore &amp;defaults</source>
        <translation>&amp;Standardwerte</translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation>&amp;Schließen</translation>
    </message>
    <message>
        <source>Also show alerts as system notifications</source>
        <translation>Alarme auch als Mitteilungen des Systems melden</translation>
    </message>
    <message>
        <source>This desktop has no system tray.</source>
        <translation>Dieser Desktop hat keinen Infobereich.</translation>
    </message>
</context>
<context>
    <name>entvas::ShareList</name>
    <message>
        <source>No events in this range</source>
        <translation>Keine Ereignisse in dieser Zeit</translation>
    </message>
    <message>
        <source>&amp;Filter to this</source>
        <translation>&amp;Nur dies</translation>
    </message>
    <message>
        <source>&amp;Add to filter (Ctrl+click)</source>
        <translation>&amp;Zum Filter hinzufügen (Strg+Klick)</translation>
    </message>
    <message>
        <source>&amp;Exclude (Shift+click)</source>
        <translation>&amp;Ausschließen (Umschalt+Klick)</translation>
    </message>
    <message>
        <source>&amp;Copy name</source>
        <translation>Namen &amp;kopieren</translation>
    </message>
    <message>
        <source>%1: %2 events, %3</source>
        <translation>%1: %2 Ereignisse, %3</translation>
    </message>
</context>
<context>
    <name>entvas::SpanDialog</name>
    <message>
        <source>The &amp;last</source>
        <translation>&amp;Letzte</translation>
    </message>
    <message>
        <source>&amp;Between</source>
        <translation>&amp;Zwischen</translation>
    </message>
    <message>
        <source>Custom range</source>
        <translation>Eigener Zeitraum</translation>
    </message>
    <message>
        <source>How many</source>
        <translation>Wie viele</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>Einheit</translation>
    </message>
    <message>
        <source>seconds</source>
        <translation>Sekunden</translation>
    </message>
    <message>
        <source>minutes</source>
        <translation>Minuten</translation>
    </message>
    <message>
        <source>hours</source>
        <translation>Stunden</translation>
    </message>
    <message>
        <source>days</source>
        <translation>Tage</translation>
    </message>
    <message>
        <source>weeks</source>
        <translation>Wochen</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>To</source>
        <translation>Bis</translation>
    </message>
    <message>
        <source>and</source>
        <translation>und</translation>
    </message>
    <message>
        <source>All times in %1.</source>
        <translation>Alle Zeiten in %1.</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>The end must be after the start.</source>
        <translation>Das Ende muss nach dem Anfang liegen.</translation>
    </message>
    <message>
        <source>The range must be at least %1.</source>
        <translation>Ein Zeitraum hat mindestens %1.</translation>
    </message>
</context>
<context>
    <name>entvas::StatCard</name>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
</context>
<context>
    <name>entvas::StatusBar</name>
    <message>
        <source>PostgreSQL</source>
        <translation>PostgreSQL</translation>
    </message>
    <message>
        <source>SQLite</source>
        <translation>SQLite</translation>
    </message>
    <message>
        <source>Last contact %1 ago</source>
        <translation>Letzter Kontakt vor %1</translation>
    </message>
    <message>
        <source>Last change just now</source>
        <translation>Letzte Änderung gerade eben</translation>
    </message>
    <message>
        <source>Last change %1 ago</source>
        <translation>Letzte Änderung: %1 her</translation>
    </message>
    <message>
        <source>Ctrl+K commands · F1 keys</source>
        <translation>Strg+K Befehle · F1 Tasten</translation>
    </message>
    <message>
        <source>1 event</source>
        <translation>1 Ereignis</translation>
    </message>
    <message>
        <source>%1 events</source>
        <translation>%1 Ereignisse</translation>
    </message>
    <message>
        <source>server clock %1 ahead</source>
        <translation>Serveruhr geht %1 vor</translation>
    </message>
    <message>
        <source>server clock %1 behind</source>
        <translation>Serveruhr geht %1 nach</translation>
    </message>
</context>
<context>
    <name>entvas::StreamCard</name>
    <message>
        <source>Live stream</source>
        <translation>Live-Strom</translation>
    </message>
    <message>
        <source>type:view user:42 page=home &quot;free text&quot; -browser:chrome</source>
        <translation>type:view user:42 page=home &quot;freier Text&quot; -browser:chrome</translation>
    </message>
    <message>
        <source>Filter raw events (/)
page:home  contains home · page=home  exactly home
type: user: id: and any metadata key · -term  excludes · anything else  searches everywhere</source>
        <translation>Nur manche der rohen Ereignisse zeigen (/)
page:home  der Wert enthält home · page=home  er ist genau das
type: user: id: und jeder Schlüssel der Metadaten · -Wort  dies nicht · alles andere  irgendwo</translation>
    </message>
    <message>
        <source>Filter of the live stream</source>
        <translation>Filter des Live-Stroms</translation>
    </message>
    <message>
        <source>Pause the stream; new events are kept (P)</source>
        <translation>Den Strom anhalten; was inzwischen kommt, bleibt erhalten (P)</translation>
    </message>
    <message>
        <source>Back to live</source>
        <translation>Zurück zu Live</translation>
    </message>
    <message>
        <source>Order and highlights</source>
        <translation>Reihenfolge und Hervorhebungen</translation>
    </message>
    <message>
        <source>Menu of the live stream</source>
        <translation>Menü des Live-Stroms</translation>
    </message>
    <message>
        <source>Events of %1</source>
        <translation>Ereignisse von %1</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>%1 events</source>
        <translation>%1 Ereignisse</translation>
    </message>
    <message>
        <source>loading…</source>
        <translation>lädt …</translation>
    </message>
    <message>
        <source>scroll for more</source>
        <translation>zum Nachladen scrollen</translation>
    </message>
    <message>
        <source>❚❚ Pause</source>
        <translation>❚❚ Pause</translation>
    </message>
    <message>
        <source>▶ Resume</source>
        <translation>▶ Weiter</translation>
    </message>
    <message>
        <source>1 event</source>
        <translation>1 Ereignis</translation>
    </message>
    <message>
        <source>latest %1 kept</source>
        <translation>die letzten %1 bleiben</translation>
    </message>
    <message>
        <source>%1 left out</source>
        <translation>%1 ausgelassen</translation>
    </message>
    <message>
        <source>&amp;Newest first</source>
        <translation>&amp;Neueste zuerst</translation>
    </message>
    <message>
        <source>Newest &amp;last</source>
        <translation>Neueste zu&amp;letzt</translation>
    </message>
    <message>
        <source>&amp;Highlight matches</source>
        <translation>&amp;Hervorheben, was der Filter findet</translation>
    </message>
    <message>
        <source>No longer highlight %1</source>
        <translation>%1 nicht mehr hervorheben</translation>
    </message>
    <message>
        <source>&amp;Clear the stream</source>
        <translation>&amp;Strom leeren</translation>
    </message>
    <message>
        <source>Load more</source>
        <translation>Mehr laden</translation>
    </message>
    <message>
        <source>✓ Window filters</source>
        <translation>✓ Filter des Fensters</translation>
    </message>
    <message>
        <source>Window filters</source>
        <translation>Filter des Fensters</translation>
    </message>
    <message>
        <source>Apply the window&apos;s filters to these events and to event exports</source>
        <translation>Die Filter des Fensters auf diese Ereignisse und auf Exporte von Ereignissen anwenden</translation>
    </message>
    <message>
        <source>%1 of %2 loaded</source>
        <translation>%1 von %2 geladenen</translation>
    </message>
    <message>
        <source>1 match</source>
        <translation>1 Treffer</translation>
    </message>
    <message>
        <source>%1 matches</source>
        <translation>%1 Treffer</translation>
    </message>
    <message>
        <source>Showing the newest %1. Narrow the time range</source>
        <translation>Die neuesten %1 werden gezeigt. Wählen Sie eine kürzere Zeit</translation>
    </message>
    <message>
        <source>End of list</source>
        <translation>Ende der Liste</translation>
    </message>
    <message>
        <source>No events stored for this time</source>
        <translation>Für diese Zeit sind keine Ereignisse gespeichert</translation>
    </message>
    <message>
        <source>No stored events match</source>
        <translation>Keine gespeicherten Ereignisse passen</translation>
    </message>
    <message>
        <source>▶ Resume · %1 new</source>
        <translation>▶ Weiter · %1 neue</translation>
    </message>
</context>
<context>
    <name>entvas::StreamView</name>
    <message>
        <source>Live stream of events</source>
        <translation>Live-Strom der Ereignisse</translation>
    </message>
    <message>
        <source>Received</source>
        <translation>Empfangen</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Typ</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>Metadata</source>
        <translation>Metadaten</translation>
    </message>
    <message>
        <source>Events appear here as they are received</source>
        <translation>Ereignisse erscheinen hier, sobald sie empfangen werden</translation>
    </message>
    <message>
        <source>%1 events</source>
        <translation>%1 Ereignisse</translation>
    </message>
    <message>
        <source>%1, %2, user %3, %4</source>
        <translation>%1, %2, Benutzer %3, %4</translation>
    </message>
    <message>
        <source>None of the %1 loaded events matches the filter</source>
        <translation>Keines der %1 geladenen Ereignisse passt zum Filter</translation>
    </message>
</context>
<context>
    <name>entvas::TimeControls</name>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Compare with an earlier time</source>
        <translation>Mit einer früheren Zeit vergleichen</translation>
    </message>
    <message>
        <source>Time &amp;zone…</source>
        <translation>Zeitzo&amp;ne …</translation>
    </message>
    <message>
        <source>&amp;Rolling time range</source>
        <translation>&amp;Gleitender Zeitraum</translation>
    </message>
    <message>
        <source>drag, wheel, + and −</source>
        <translation>Ziehen, Rad, + und −</translation>
    </message>
    <message>
        <source>Zoom in the chart</source>
        <translation>Im Diagramm zoomen</translation>
    </message>
    <message>
        <source>Shift + wheel, Shift + arrows</source>
        <translation>Umschalt + Rad, Umschalt + Pfeile</translation>
    </message>
    <message>
        <source>Move the chart in time</source>
        <translation>Das Diagramm in der Zeit verschieben</translation>
    </message>
    <message>
        <source>double click, Esc</source>
        <translation>Doppelklick, Esc</translation>
    </message>
    <message>
        <source>Undo zoom</source>
        <translation>Im Diagramm einen Schritt zurück</translation>
    </message>
    <message>
        <source>arrows, Home, End</source>
        <translation>Pfeile, Pos1, Ende</translation>
    </message>
    <message>
        <source>Move between bars</source>
        <translation>Von Balken zu Balken gehen</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Eingabe</translation>
    </message>
    <message>
        <source>Zoom into the bar</source>
        <translation>In den Balken zoomen</translation>
    </message>
    <message>
        <source>%1: show events %2</source>
        <translation>%1: Ereignisse %2 zeigen</translation>
    </message>
    <message>
        <source>Custom range…</source>
        <translation>Eigener Zeitraum…</translation>
    </message>
    <message>
        <source>Back to live</source>
        <translation>Zurück zu Live</translation>
    </message>
    <message>
        <source>&amp;Back to the previous view</source>
        <translation>&amp;Zurück zur vorigen Ansicht</translation>
    </message>
    <message>
        <source>&amp;Forward again</source>
        <translation>Wieder v&amp;orwärts</translation>
    </message>
</context>
<context>
    <name>entvas::TimelineChart</name>
    <message>
        <source>(none)</source>
        <translation>(ohne)</translation>
    </message>
    <message>
        <source>Events over time</source>
        <translation>Ereignisse über die Zeit</translation>
    </message>
    <message>
        <source>Show the &amp;events of %1</source>
        <translation>&amp;Ereignisse von %1 zeigen</translation>
    </message>
    <message>
        <source>&amp;Zoom to %1</source>
        <translation>Auf %1 &amp;zoomen</translation>
    </message>
    <message>
        <source>Show the events of the whole &amp;range</source>
        <translation>Ereignisse der &amp;ganzen angezeigten Zeit zeigen</translation>
    </message>
    <message>
        <source>No events in this range</source>
        <translation>Keine Ereignisse in dieser Zeit</translation>
    </message>
    <message>
        <source>%1 events</source>
        <translation>%1 Ereignisse</translation>
    </message>
    <message>
        <source>peak %1 at %2</source>
        <translation>Spitze %1 um %2</translation>
    </message>
    <message>
        <source>(other)</source>
        <translation>(andere)</translation>
    </message>
    <message>
        <source>%1 (partial)</source>
        <translation>%1 (unvollständig)</translation>
    </message>
</context>
<context>
    <name>entvas::Tls</name>
    <message>
        <source>The certificate of %1 was revoked by its issuer.</source>
        <translation>Das Zertifikat von %1 wurde von seinem Aussteller widerrufen.</translation>
    </message>
    <message>
        <source>The certificate is issued for %1, not for %2.</source>
        <translation>Das Zertifikat ist für einen anderen Rechnernamen ausgestellt (%1), nicht für %2.</translation>
    </message>
    <message>
        <source>The certificate of %1 expired on %2.</source>
        <translation>Das Zertifikat von %1 ist am %2 abgelaufen.</translation>
    </message>
    <message>
        <source>The certificate of %1 is not valid before %2: check the clock of this computer.</source>
        <translation>Das Zertifikat von %1 gilt erst ab %2: Prüfen Sie die Uhr dieses Rechners.</translation>
    </message>
    <message>
        <source>The certificate of %1 is self-signed and not trusted by this computer.</source>
        <translation>Das Zertifikat von %1 ist selbst unterschrieben: Niemand, dem dieser Rechner vertraut, bürgt dafür.</translation>
    </message>
    <message>
        <source>The certificate of %1 was issued by an authority that this computer does not trust.</source>
        <translation>Das Zertifikat von %1 stammt von einer Stelle, der dieser Rechner nicht vertraut.</translation>
    </message>
    <message>
        <source>The certificate of %1 is not trusted: %2.</source>
        <translation>Dem Zertifikat von %1 wird nicht vertraut: %2.</translation>
    </message>
</context>
<context>
    <name>entvas::Toolbar</name>
    <message>
        <source>Entvas</source>
        <translation>Entvas</translation>
    </message>
</context>
<context>
    <name>entvas::TopPart</name>
    <message>
        <source>share of events</source>
        <translation>Anteil</translation>
    </message>
    <message>
        <source>Choose what the chart is grouped by (B)</source>
        <translation>Wonach das Diagramm aufteilt (B)</translation>
    </message>
    <message>
        <source>Top event types</source>
        <translation>Häufigste Ereignistypen</translation>
    </message>
    <message>
        <source>Top values of %1</source>
        <translation>Häufigste Werte von %1</translation>
    </message>
</context>
<context>
    <name>entvas::Tray</name>
    <message>
        <source>Entvas</source>
        <translation>Entvas</translation>
    </message>
    <message>
        <source>not connected</source>
        <translation>nicht verbunden</translation>
    </message>
</context>
<context>
    <name>entvas::ViewStore</name>
    <message>
        <source>A name of 1 to %1 characters is needed.</source>
        <translation>Ein Name mit 1 bis %1 Zeichen ist nötig.</translation>
    </message>
    <message>
        <source>The limit of %1 views is reached: remove one first.</source>
        <translation>Es gibt schon %1 Ansichten: Entfernen Sie zuerst eine.</translation>
    </message>
    <message>
        <source>The folder %1 can&apos;t be created.</source>
        <translation>Der Ordner %1 kann nicht angelegt werden.</translation>
    </message>
    <message>
        <source>%1 can&apos;t be removed: %2.</source>
        <translation>%1 kann nicht entfernt werden: %2.</translation>
    </message>
    <message>
        <source>%1 can&apos;t be read: %2.</source>
        <translation>%1 kann nicht gelesen werden: %2.</translation>
    </message>
    <message>
        <source>%1 is too large for a view.</source>
        <translation>%1 ist größer, als eine Ansicht sein kann.</translation>
    </message>
    <message>
        <source>%1 is invalid: %2</source>
        <translation>%1 ist falsch: %2</translation>
    </message>
    <message>
        <source>%1 can&apos;t be written: %2.</source>
        <translation>%1 kann nicht geschrieben werden: %2.</translation>
    </message>
</context>
<context>
    <name>entvas::WindowExport</name>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>&amp;Copy the chart as an image</source>
        <translation>Diagramm als Bild &amp;kopieren</translation>
    </message>
    <message>
        <source>The chart as &amp;PNG…</source>
        <translation>Diagramm als &amp;PNG …</translation>
    </message>
    <message>
        <source>The chart as &amp;SVG…</source>
        <translation>Diagramm als &amp;SVG …</translation>
    </message>
    <message>
        <source>The page as P&amp;DF…</source>
        <translation>Seite als P&amp;DF …</translation>
    </message>
    <message>
        <source>P&amp;rint the page…</source>
        <translation>Seite d&amp;rucken …</translation>
    </message>
    <message>
        <source>The numbers shown as CS&amp;V…</source>
        <translation>Angezeigte Zahlen als CS&amp;V …</translation>
    </message>
    <message>
        <source>numbers</source>
        <translation>zahlen</translation>
    </message>
    <message>
        <source>The numbers shown as &amp;JSON…</source>
        <translation>Angezeigte Zahlen als &amp;JSON …</translation>
    </message>
    <message>
        <source>The events of this t&amp;ime as CSV…</source>
        <translation>Die Ereignisse dieser Zeit als &amp;CSV …</translation>
    </message>
    <message>
        <source>The events of this time as &amp;NDJSON…</source>
        <translation>Die Ereignisse dieser Zeit als &amp;NDJSON …</translation>
    </message>
    <message>
        <source>An export is still running.</source>
        <translation>Ein Export läuft noch.</translation>
    </message>
    <message>
        <source>If you stop it now, nothing is saved.</source>
        <translation>Wird er jetzt angehalten, bleibt nichts davon.</translation>
    </message>
    <message>
        <source>Let it finish</source>
        <translation>Fertig werden lassen</translation>
    </message>
    <message>
        <source>Stop it</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>%1 files (*.%2)</source>
        <translation>%1-Dateien (*.%2)</translation>
    </message>
    <message>
        <source>Nothing was exported.</source>
        <translation>Es wurde nichts exportiert.</translation>
    </message>
    <message>
        <source>chart</source>
        <translation>diagramm</translation>
    </message>
    <message>
        <source>page</source>
        <translation>seite</translation>
    </message>
    <message>
        <source>Entvas</source>
        <translation>Entvas</translation>
    </message>
    <message>
        <source>events</source>
        <translation>ereignisse</translation>
    </message>
    <message>
        <source>1 event was exported.</source>
        <translation>1 Ereignis wurde exportiert.</translation>
    </message>
    <message>
        <source>%1 events were exported.</source>
        <translation>%1 Ereignisse wurden exportiert.</translation>
    </message>
</context>
<context>
    <name>entvas::WindowMenu</name>
    <message>
        <source>Menu (F10)</source>
        <translation>Menü (F10)</translation>
    </message>
    <message>
        <source>Menu</source>
        <translation>Menü</translation>
    </message>
    <message>
        <source>&amp;Server</source>
        <translation>&amp;Server</translation>
    </message>
    <message>
        <source>&amp;Project</source>
        <translation>&amp;Projekt</translation>
    </message>
    <message>
        <source>&amp;Views</source>
        <translation>&amp;Ansichten</translation>
    </message>
    <message>
        <source>&amp;Layout</source>
        <translation>An&amp;ordnung</translation>
    </message>
    <message>
        <source>&amp;Time</source>
        <translation>&amp;Zeit</translation>
    </message>
    <message>
        <source>E&amp;xport</source>
        <translation>E&amp;xportieren</translation>
    </message>
</context>
<context>
    <name>entvas::WindowViews</name>
    <message>
        <source>Views of Entvas (*.json)</source>
        <translation>Entvas-Ansichten (*.json)</translation>
    </message>
    <message>
        <source>Views</source>
        <translation>Ansichten</translation>
    </message>
    <message>
        <source>&amp;Save this view…</source>
        <translation>Diese Ansicht &amp;speichern …</translation>
    </message>
    <message>
        <source>&amp;Open a view from a file…</source>
        <translation>Ansicht aus Datei ö&amp;ffnen …</translation>
    </message>
    <message>
        <source>Save this view as a &amp;file…</source>
        <translation>Ansicht als &amp;Datei speichern …</translation>
    </message>
    <message>
        <source>&amp;Show</source>
        <translation>&amp;Zeigen</translation>
    </message>
    <message>
        <source>In a new &amp;window</source>
        <translation>In neuem &amp;Fenster</translation>
    </message>
    <message>
        <source>The view can&apos;t be shown.</source>
        <translation>Die Ansicht kann nicht gezeigt werden.</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>&amp;Entfernen</translation>
    </message>
    <message>
        <source>This view belongs to a server that this desktop has not connected to yet.</source>
        <translation>Diese Ansicht gehört zu einem Server, mit dem dieser Desktop noch nicht verbunden war.</translation>
    </message>
    <message>
        <source>The view was not saved.</source>
        <translation>Die Ansicht wurde nicht gespeichert.</translation>
    </message>
    <message>
        <source>The view &quot;%1&quot; was replaced</source>
        <translation>Die Ansicht „%1“ wurde ersetzt</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>view</source>
        <translation>ansicht</translation>
    </message>
    <message>
        <source>Save this view as a file</source>
        <translation>Diese Ansicht als Datei speichern</translation>
    </message>
    <message>
        <source>Open a view</source>
        <translation>Ansicht öffnen</translation>
    </message>
    <message>
        <source>The view was not removed.</source>
        <translation>Die Ansicht wurde nicht entfernt.</translation>
    </message>
    <message>
        <source>The view &quot;%1&quot; was removed</source>
        <translation>Die Ansicht „%1“ wurde entfernt</translation>
    </message>
</context>
<context>
    <name>entvas::WsLink</name>
    <message>
        <source>%1 has stopped responding.</source>
        <translation>%1 antwortet nicht mehr.</translation>
    </message>
    <message>
        <source>%1 is not responding.</source>
        <translation>%1 antwortet nicht.</translation>
    </message>
    <message>
        <source>%1 requires a token (%2).</source>
        <translation>%1 verlangt ein Token (%2).</translation>
    </message>
    <message>
        <source>%1 does not accept this token (%2).</source>
        <translation>%1 nimmt dieses Token nicht an (%2).</translation>
    </message>
    <message>
        <source>%1 closed the connection: %2</source>
        <translation>%1 hat die Verbindung geschlossen: %2</translation>
    </message>
    <message>
        <source>%1 is not an Entvas server, or not ready: it replied %2.</source>
        <translation>%1 ist kein Entvas-Server oder nicht bereit: Die Antwort war %2.</translation>
    </message>
    <message>
        <source>%1 was stopped.</source>
        <translation>%1 wurde angehalten.</translation>
    </message>
    <message>
        <source>No response from %1.</source>
        <translation>Keine Antwort von %1.</translation>
    </message>
    <message>
        <source>The connection to %1 was lost: %2</source>
        <translation>Die Verbindung zu %1 brach ab: %2</translation>
    </message>
    <message>
        <source>%1 sent an invalid message: %2</source>
        <translation>%1 hat etwas Unsinniges gesendet: %2</translation>
    </message>
    <message>
        <source>%1 sent an unexpected message.</source>
        <translation>%1 spricht außer der Reihe.</translation>
    </message>
    <message>
        <source>%1 uses protocol version %2, this program version %3.</source>
        <translation>%1 spricht Version %2 des Protokolls, dieses Programm Version %3.</translation>
    </message>
    <message>
        <source>%1 has no project “%2”, or it requires a token.</source>
        <translation>%1 hat kein Projekt „%2“ oder zeigt es nur mit Token.</translation>
    </message>
    <message>
        <source>%1 has no project “%2”, or this token gives no access to it.</source>
        <translation>%1 hat kein Projekt „%2“, oder dieses Token öffnet es nicht.</translation>
    </message>
    <message>
        <source>%1 sent messages out of sequence.</source>
        <translation>%1 sendet Zahlen, die nicht aufeinander folgen.</translation>
    </message>
    <message>
        <source>%1 requests replies and does not read them.</source>
        <translation>%1 verlangt Antworten und nimmt sie nicht an.</translation>
    </message>
    <message>
        <source>%1 replied in text although CBOR was requested.</source>
        <translation>%1 antwortet in Text, obwohl CBOR verlangt war.</translation>
    </message>
    <message>
        <source>%1 has responded; loading data.</source>
        <translation>%1 hat geantwortet; die Zahlen sind unterwegs.</translation>
    </message>
    <message>
        <source>%1 stopped sending updates.</source>
        <translation>%1 sendet keine Aktualisierungen mehr.</translation>
    </message>
    <message>
        <source>%1 has responded; loading fresh data.</source>
        <translation>%1 hat geantwortet; frische Zahlen sind unterwegs.</translation>
    </message>
    <message>
        <source>%1 took too long to send one message.</source>
        <translation>%1 braucht zu lange für eine Nachricht.</translation>
    </message>
    <message>
        <source>A newer Entvas is needed on this computer.</source>
        <translation>Auf diesem Computer wird ein neueres Entvas gebraucht.</translation>
    </message>
    <message>
        <source>A newer Entvas is needed on the server.</source>
        <translation>Auf dem Server wird ein neueres Entvas gebraucht.</translation>
    </message>
    <message>
        <source>%1 offers no encryption: anyone on the network path could read the data and alter what you see.</source>
        <translation>%1 ist nur ohne Verschlüsselung erreichbar: Jeder auf dem Weg könnte mitlesen und verändern, was Sie sehen.</translation>
    </message>
</context>
<context>
    <name>entvas::ZoneDialog</name>
    <message>
        <source>Time zone of this window</source>
        <translation>Zeitzone dieses Fensters</translation>
    </message>
    <message>
        <source>City, region or offset</source>
        <translation>Stadt, Region oder Abstand</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suche</translation>
    </message>
    <message>
        <source>Time zones</source>
        <translation>Zeitzonen</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Übernehmen</translation>
    </message>
    <message>
        <source>this computer</source>
        <translation>dieser Computer</translation>
    </message>
</context>
<context>
    <name>entvas::format</name>
    <message>
        <source>&lt; %1 %</source>
        <translation>&lt; %1 %</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 min</translation>
    </message>
    <message>
        <source>%1 h</source>
        <translation>%1 h</translation>
    </message>
    <message>
        <source>%1 days</source>
        <translation>%1 Tage</translation>
    </message>
    <message>
        <source>ddd d MMM yyyy</source>
        <translation>ddd d. MMM yyyy</translation>
    </message>
    <message>
        <source>ddd d MMM</source>
        <translation>ddd d. MMM</translation>
    </message>
    <message>
        <source>Events per second</source>
        <translation>Ereignisse je Sekunde</translation>
    </message>
    <message>
        <source>Events per minute</source>
        <translation>Ereignisse je Minute</translation>
    </message>
    <message>
        <source>Events per hour</source>
        <translation>Ereignisse je Stunde</translation>
    </message>
    <message>
        <source>Events per day</source>
        <translation>Ereignisse je Tag</translation>
    </message>
    <message>
        <source>Events per week</source>
        <translation>Ereignisse je Woche</translation>
    </message>
    <message>
        <source>Events per month</source>
        <translation>Ereignisse je Monat</translation>
    </message>
    <message>
        <source>Events per %1</source>
        <translation>Ereignisse je %1</translation>
    </message>
    <message>
        <source>%1 – %2</source>
        <translation>%1 – %2</translation>
    </message>
    <message>
        <source>Week of %1</source>
        <translation>Woche ab %1</translation>
    </message>
    <message>
        <source>d MMM yyyy</source>
        <translation>d. MMM yyyy</translation>
    </message>
    <message>
        <source>MMMM yyyy</source>
        <translation>MMMM yyyy</translation>
    </message>
    <message>
        <source>now</source>
        <translation>jetzt</translation>
    </message>
    <message>
        <source>%1 – %2 · %3</source>
        <translation>%1 – %2 · %3</translation>
    </message>
    <message>
        <source>5 min</source>
        <translation>5 min</translation>
    </message>
    <message>
        <source>Hour</source>
        <translation>Stunde</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>Tag</translation>
    </message>
    <message>
        <source>Week</source>
        <translation>Woche</translation>
    </message>
    <message>
        <source>Month</source>
        <translation>Monat</translation>
    </message>
    <message>
        <source>Quarter</source>
        <translation>Quartal</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Alles</translation>
    </message>
    <message>
        <source>in this span</source>
        <translation>in diesem Zeitraum</translation>
    </message>
    <message>
        <source>in the last %1</source>
        <translation>der letzten %1</translation>
    </message>
    <message>
        <source>in the last 5 minutes</source>
        <translation>der letzten 5 Minuten</translation>
    </message>
    <message>
        <source>in the last hour</source>
        <translation>der letzten Stunde</translation>
    </message>
    <message>
        <source>in the last day</source>
        <translation>des letzten Tages</translation>
    </message>
    <message>
        <source>in the last 7 days</source>
        <translation>der letzten 7 Tage</translation>
    </message>
    <message>
        <source>in the last 30 days</source>
        <translation>der letzten 30 Tage</translation>
    </message>
    <message>
        <source>in the last 13 weeks</source>
        <translation>der letzten 13 Wochen</translation>
    </message>
    <message>
        <source>over all time</source>
        <translation>insgesamt</translation>
    </message>
    <message>
        <source>week before</source>
        <translation>Woche zuvor</translation>
    </message>
    <message>
        <source>previous 5 min</source>
        <translation>5 min zuvor</translation>
    </message>
    <message>
        <source>previous hour</source>
        <translation>Stunde zuvor</translation>
    </message>
    <message>
        <source>previous day</source>
        <translation>Vortag</translation>
    </message>
    <message>
        <source>previous week</source>
        <translation>Vorwoche</translation>
    </message>
    <message>
        <source>previous 30 days</source>
        <translation>30 Tage zuvor</translation>
    </message>
    <message>
        <source>previous quarter</source>
        <translation>Vorquartal</translation>
    </message>
    <message>
        <source>previous period</source>
        <translation>Zeitraum zuvor</translation>
    </message>
    <message>
        <source>%1%2 %</source>
        <translation>%1%2 %</translation>
    </message>
    <message>
        <source>%1 second</source>
        <translation>%1 Sekunde</translation>
    </message>
    <message>
        <source>%1 seconds</source>
        <translation>%1 Sekunden</translation>
    </message>
    <message>
        <source>%1 minute</source>
        <translation>%1 Minute</translation>
    </message>
    <message>
        <source>%1 minutes</source>
        <translation>%1 Minuten</translation>
    </message>
    <message>
        <source>%1 hour</source>
        <translation>%1 Stunde</translation>
    </message>
    <message>
        <source>%1 hours</source>
        <translation>%1 Stunden</translation>
    </message>
    <message>
        <source>%1 day</source>
        <translation>%1 Tag</translation>
    </message>
    <message>
        <source>MMM yyyy</source>
        <translation>MMM yyyy</translation>
    </message>
    <message>
        <source>d MMM</source>
        <translation>d. MMM</translation>
    </message>
    <message>
        <source>ddd d</source>
        <translation>ddd d.</translation>
    </message>
    <message>
        <source>−%1 s</source>
        <translation>−%1 s</translation>
    </message>
    <message>
        <source>−%1 min</source>
        <translation>−%1 min</translation>
    </message>
    <message>
        <source>−%1 h</source>
        <translation>−%1 h</translation>
    </message>
    <message>
        <source>−%1 d</source>
        <translation>−%1 d</translation>
    </message>
</context>
<context>
    <name>picture</name>
    <message>
        <source>The file %1 can&apos;t be written: %2.</source>
        <translation>Die Datei %1 kann nicht geschrieben werden: %2.</translation>
    </message>
</context>
</TS>
