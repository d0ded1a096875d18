namespace EServices.Platform.Tests.Packs;

/// <summary>
/// A small pack of quite another state: two districts without divisions, talukas, two languages, Saturdays off twice a month.
/// Written to a folder of its own, so that a test can spoil it.
/// </summary>
internal sealed class TinyPack : IDisposable
{
    public TinyPack()
    {
        Folder = Path.Combine(Path.GetTempPath(), $"pack-{Guid.NewGuid():N}");
        foreach (var (file, text) in Files) Write(file, text);
    }

    public string Folder { get; }

    public void Write(string file, string text)
    {
        var path = Path.Combine(Folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    public void Delete(string file) => File.Delete(Path.Combine(Folder, file));

    /// <summary>Replaces a text that must be there once, so that a change of the pack can't turn a test into one of nothing.</summary>
    public TinyPack Spoil(string file, string text, string by)
    {
        var path = Path.Combine(Folder, file);
        var before = File.ReadAllText(path);
        Assert.Equal(2, before.Split(text).Length);
        File.WriteAllText(path, before.Replace(text, by, StringComparison.Ordinal));
        return this;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static Dictionary<string, string> Files { get; } = new()
    {
        ["pack.json"] = """
            {
              "formatVersion": 1,
              "id": "coast",
              "version": "1",
              "name": { "en": "Coast", "mr": "किनारा" },
              "numberPrefix": "CST",
              "timeZone": "Asia/Kolkata",
              "utcOffset": "+05:30",
              "languages": [
                { "tag": "en", "name": "English", "direction": "ltr" },
                { "tag": "mr", "name": "मराठी", "direction": "ltr" }
              ],
              "helpline": { "number": "1076", "name": { "en": "Door", "mr": "दार" } },
              "currency": "INR",
              "act": {
                "name": { "en": "Services Act", "mr": "सेवा अधिनियम" },
                "firstAppealWithinDays": 30, "firstAppealDisposedWithinDays": 30, "secondAppealWithinDays": 90,
                "penaltyMinimumPaise": 50000, "penaltyMaximumPaise": 100000,
                "holidaysExcluded": false, "source": "gazette"
              },
              "weeklyOffs": [{ "day": "sunday" }, { "day": "saturday", "weeksOfMonth": [2, 4] }],
              "geography": {
                "levels": { "district": { "en": "District", "mr": "जिल्हा" }, "tehsil": { "en": "Taluka", "mr": "तालुका" }, "block": { "en": "Block", "mr": "गट" } },
                "bounds": { "south": 14.8, "north": 15.9, "west": 73.6, "east": 74.4 }
              },
              "skills": [{ "id": "papers", "name": { "en": "Papers", "mr": "कागदपत्रे" } }],
              "mail": { "official": ["coast.example"], "contractor": ["visits.example"] },
              "upi": { "address": "coast@sandbox", "name": "Coast" },
              "attributions": [{ "data": "Codes", "holder": "Nobody", "licence": "CC0" }]
            }
            """,
        ["sources.json"] = """
            { "sources": [
              { "id": "gazette", "basis": "cited", "text": "The gazette." },
              { "id": "guess", "basis": "assumed", "text": "A guess." }
            ] }
            """,
        ["geography/districts.csv"] = """
            lgd_code,name_en,name_mr,division,latitude,longitude
            551,North,उत्तर,,15.60,73.90
            552,"South, Hills",दक्षिण,,15.20,74.10

            """,
        ["geography/tehsils.csv"] = """
            lgd_code,district_code,name,latitude,longitude,exactness
            1,551,Panji,15.49,73.82,town
            2,552,Margao,15.27,73.95,nearby

            """,
        ["geography/blocks.csv"] = """
            lgd_code,district_code,name,latitude,longitude,exactness
            1,551,Tiswadi,15.50,73.85,district-offset

            """,
        ["geography/pincodes.csv"] = """
            pincode,district_code,place
            403,551,North
            403,552,South
            403001,551,Panji
            403601,552,Margao

            """,
        ["geography/roads.csv"] = """
            district_code,relief,detour,km_per_hour
            551,plain,1.25,35
            552,mountains,1.9,18

            """,
        ["departments.json"] = """
            { "departments": [
              { "id": "ports-board", "name": { "en": "Ports Board", "mr": "बंदर मंडळ" }, "parent": "ports" },
              { "id": "ports", "name": { "en": "Ports", "mr": "बंदरे" }, "lgdCode": "9", "mergedLgdCodes": ["10"] }
            ] }
            """,
        ["officers.json"] = """
            { "designations": [
              { "id": "clerk", "name": { "en": "Clerk", "mr": "लिपिक" }, "department": "ports", "level": "tehsil" },
              { "id": "captain", "name": { "en": "Captain", "mr": "कप्तान" }, "department": "ports", "level": "district" },
              { "id": "admiral", "name": { "en": "Admiral", "mr": "नौसेनापती" }, "department": "ports", "level": "state" }
            ] }
            """,
        ["documents.json"] = """
            { "documents": [
              { "id": "deed", "name": { "en": "Deed", "mr": "करार" }, "description": { "en": "Of the boat.", "mr": "बोटीचा." } },
              { "id": "receipt", "name": { "en": "Receipt", "mr": "पावती" }, "description": { "en": "Of the boat.", "mr": "बोटीची." } }
            ] }
            """,
        ["fees.json"] = """
            {
              "payees": [{ "id": "government", "name": { "en": "Government", "mr": "सरकार" } }],
              "rules": [{
                "id": "berth", "name": { "en": "Berth", "mr": "धक्का" },
                "versions": [
                  { "version": 1, "from": "2024-01-01", "to": "2024-12-31", "source": "guess", "lines": [
                    { "code": "fee", "label": { "en": "Fee", "mr": "शुल्क" }, "why": { "en": "Because.", "mr": "कारण." }, "paise": 1000, "payee": "government", "channels": ["online", "doorstep"] }
                  ] },
                  { "version": 2, "from": "2025-01-01", "source": "guess", "lines": [
                    { "code": "fee", "label": { "en": "Fee", "mr": "शुल्क" }, "why": { "en": "Because.", "mr": "कारण." }, "paise": 1200, "payee": "government", "channels": ["online", "doorstep"] },
                    { "code": "visit", "label": { "en": "Visit", "mr": "भेट" }, "why": { "en": "The way.", "mr": "मार्ग." }, "paise": 2500, "payee": "government", "channels": ["doorstep"] }
                  ] }
                ]
              }]
            }
            """,
        ["forms/_common.json"] = """
            { "$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": {
              "digits": { "type": "string", "pattern": "^[0-9]+$" },
              "boat": { "type": "object", "required": ["length"], "properties": {
                "length": { "$ref": "#/$defs/digits", "x-title": { "en": "Length", "mr": "लांबी" } }
              } }
            } }
            """,
        ["forms/berth.json"] = """
            {
              "$schema": "https://json-schema.org/draft/2020-12/schema",
              "x-title": { "en": "Berth", "mr": "धक्का" },
              "type": "object",
              "properties": {
                "boat": { "$ref": "_common.json#/$defs/boat", "x-title": { "en": "Boat", "mr": "बोट" } },
                "use": { "type": "string", "enum": ["fish", "trade"], "x-title": { "en": "Use", "mr": "वापर" },
                  "x-enum": { "fish": { "en": "Fish", "mr": "मासे" }, "trade": { "en": "Trade", "mr": "व्यापार" } } }
              },
              "required": ["boat", "use"],
              "if": { "properties": { "use": { "const": "trade" } }, "required": ["use"] },
              "then": { "properties": { "cargo": { "type": "string", "minLength": 2, "maxLength": 40, "x-title": { "en": "Cargo", "mr": "माल" } } }, "required": ["cargo"] },
              "unevaluatedProperties": false
            }
            """,
        ["services/ports.json"] = """
            { "department": "ports", "services": [{
              "id": "boat-berth", "family": "berth", "batch": "first",
              "name": { "en": "Berth for a boat", "mr": "बोटीसाठी धक्का" },
              "description": { "en": "A place to moor.", "mr": "नांगरण्याची जागा." },
              "whoMayApply": { "en": "Owners.", "mr": "मालक." },
              "tags": ["boat", "बोट"],
              "channels": ["online", "doorstep"],
              "documents": [{ "document": "deed", "mandatory": true, "alternatives": ["receipt"] }],
              "form": "berth", "feeRule": "berth", "timeLimitDays": 10,
              "officers": { "designated": "clerk", "firstAppellate": "captain", "secondAppellate": "admiral" },
              "validityMonths": 12,
              "output": { "kind": "permit", "name": { "en": "Permit", "mr": "परवाना" } },
              "doorstep": { "minutes": 20, "skills": ["papers"] },
              "sources": { "timeLimit": "gazette", "officers": "guess", "documents": "guess" },
              "wordsMadeBy": "person"
            }] }
            """,
        ["calendar/2026.json"] = """
            { "year": 2026, "source": "gazette", "holidays": [
              { "date": "2026-01-26", "name": { "en": "Republic Day", "mr": "प्रजासत्ताक दिन" }, "basis": "cited" },
              { "date": "2026-03-21", "name": { "en": "Eid-ul-Fitr", "mr": "ईद" }, "basis": "assumed", "moonSighting": true }
            ] }
            """,
        ["operators.csv"] = """
            id,name,email,centre,home_tehsil,latitude,longitude,skills,languages,shift_start,shift_end,days,max_visits_per_day,districts
            op-north-1,Asha Naik,asha@visits.example,Centre 1,1,15.50,73.83,papers,mr;kok,09:00,17:00,mon;tue;wed,5,551;552
            op-south-1,Joao Dias,joao@visits.example,Centre 2,2,15.28,73.96,papers,en,09:00,17:00,mon;sat,5,552

            """,
        ["staff.csv"] = """
            email,name,roles,designation,territory
            root@coast.example,Root,administrator,,state
            clerk@coast.example,Clerk,officer,clerk,tehsil:1
            captain@coast.example,Captain,appellate;operations,captain,district:551

            """,
        ["messages/en.json"] = Messages,
        ["messages/mr.json"] = Messages,
    };

    private static string Messages => """
        {
          "otp-sign-in": { "subject": "Code", "text": "{code}" },
          "otp-call-confirm": { "subject": "Code", "text": "{code} for {helpline}" },
          "call-received": { "subject": "Call", "text": "Noted." },
          "visit-scheduled": { "subject": "Visit", "text": "{operator} {date} {window} {total}" },
          "visit-rescheduled": { "subject": "Visit", "text": "{operator}: {date} {window}" },
          "visit-cancelled": { "subject": "Visit", "text": "Cancelled." },
          "visit-no-show": { "subject": "Visit", "text": "Missed." },
          "visit-unassigned": { "subject": "Visit", "text": "Nobody yet: {date} {window}" },
          "visit-missed": { "subject": "Visit", "text": "Not come: {date} {window}" },
          "otp-visit": { "subject": "Code", "text": "{total}? then {code}" },
          "application-submitted": { "subject": "Application", "text": "Sent: {tracking}" },
          "bill-issued": { "subject": "Bill", "text": "{total}" },
          "payment-received": { "subject": "Paid", "text": "{total} {receipt}" },
          "application-acknowledged": { "subject": "Application", "text": "{tracking} {dueDate} {officer}" },
          "application-sent-back": { "subject": "Application", "text": "Mend {tracking}" },
          "application-approved": { "subject": "Application", "text": "Yes: {tracking}" },
          "application-rejected": { "subject": "Application", "text": "No: {tracking}" },
          "certificate-issued": { "subject": "Certificate", "text": "Ready: {tracking}" },
          "overcharge-case": { "subject": "Case", "text": "Opened." }
        }
        """;
}
