using EServices.Platform.Packs;

namespace EServices.Platform.Tests.Packs;

/// <summary>
/// Each row spoils one place of a sound pack; the loader must name exactly that place, say why, and load nothing.
/// Where what is spoilt is missed elsewhere the row says how many errors that makes in all.
/// </summary>
public sealed class PackErrorTests
{
    [Theory]
    // pack.json
    [InlineData("pack.json", "\"version\": \"1\"", "\"version\": \"1\", \"iriBase\": \"coast.example/id\"", "/iriBase", "no web address")]
    [InlineData("pack.json", "\"version\": \"1\"", "\"version\": \"1\", \"iriBase\": \"https://coast.example/id?x=/\"", "/iriBase", "no web address")]
    [InlineData("pack.json", "\"formatVersion\": 1", "\"formatVersion\": 7", "/formatVersion", "reads format 1")]
    [InlineData("pack.json", "\"id\": \"coast\"", "\"id\": \"The Coast\"", "/id", "is not an id")]
    [InlineData("pack.json", "\"timeZone\": \"Asia/Kolkata\"", "\"timeZone\": \"Kolkata\"", "/timeZone", "IANA")]
    [InlineData("pack.json", "+05:30", "+09:00", "/utcOffset", "from UTC")]
    [InlineData("pack.json", "+05:30", "half past five", "/utcOffset", "write it as +05:30")]
    [InlineData("pack.json", "\"CST\"", "\"C1\"", "/numberPrefix", "capital letters")]
    [InlineData("pack.json", "\"INR\"", "\"rupees\"", "/currency", "ISO 4217")]
    [InlineData("pack.json", "\"number\": \"1076\"", "\"number\": \"12\"", "/helpline/number", "three to eleven digits")]
    [InlineData("pack.json", "\"saturday\"", "\"caturday\"", "/weeklyOffs/1/day", "none of sunday")]
    [InlineData("pack.json", "[2, 4]", "[2, 6]", "/weeklyOffs/1/weeksOfMonth/1", "between 1 and 5")]
    [InlineData("pack.json", "\"penaltyMaximumPaise\": 100000", "\"penaltyMaximumPaise\": 100", "/act/penaltyMaximumPaise", "smaller")]
    [InlineData("pack.json", "\"source\": \"gazette\"", "\"source\": \"gazete\"", "/act/source", "did you mean \"gazette\"?")]
    [InlineData("pack.json", "[\"visits.example\"]", "[\"visits.example\", \"coast.example\"]", "/mail/contractor", "is an official domain")]
    [InlineData("pack.json", "\"north\": 15.9", "\"north\": 95.9", "/geography/bounds/north", "number of degrees")]
    [InlineData("pack.json", "\"currency\"", "\"curency\"", "/curency", "not a property here", 2)]
    // texts in every language
    [InlineData("departments.json", ", \"mr\": \"बंदरे\"", "", "/departments/1/name/mr", "The text in \"mr\" is missing")]
    [InlineData("departments.json", "\"mr\": \"बंदरे\"", "\"mr\": \" \"", "/departments/1/name/mr", "The text in \"mr\" is missing")]
    [InlineData("departments.json", "\"mr\": \"बंदरे\"", "\"mr\": \"बंदरे\", \"fr\": \"Ports\"", "/departments/1/name/fr", "not a language of this pack")]
    // geography
    [InlineData("geography/districts.csv", "552,\"South, Hills\"", "551,\"South, Hills\"", "lgd_code", "there twice", 7)]
    [InlineData("geography/tehsils.csv", "2,552,Margao", "1,552,Margao", "lgd_code", "there twice; first at geography/tehsils.csv line 2", 2)]
    [InlineData("geography/tehsils.csv", "2,552,Margao", "2,559,Margao", "district_code", "There is no district \"559\"")]
    [InlineData("geography/tehsils.csv", "15.27,73.95", "27.15,73.95", "latitude", "outside the state's bounds")]
    [InlineData("geography/tehsils.csv", "15.27,73.95", "15.27,east", "longitude", "not a coordinate")]
    [InlineData("geography/tehsils.csv", ",nearby", ",about", "exactness", "none of town, nearby, district-offset")]
    [InlineData("geography/blocks.csv", "1,551,Tiswadi,", "one,551,Tiswadi,", "lgd_code", "not a code of digits")]
    [InlineData("geography/blocks.csv", "lgd_code,", "code,", "lgd_code", "The column \"lgd_code\" is missing", 2)]
    [InlineData("geography/pincodes.csv", "403001,551", "003001,551", "pincode", "not a pincode")]
    [InlineData("geography/pincodes.csv", "403001,551", "4030011,551", "pincode", "not a pincode")]
    [InlineData("geography/pincodes.csv", "403601,552,Margao", "403,552,Margao", "pincode", "there twice")]
    [InlineData("geography/roads.csv", "552,mountains", "552,alps", "relief", "none of plain, hills, mountains")]
    [InlineData("geography/roads.csv", "552,mountains,1.9", "552,mountains,0.9", "detour", "not a number between 1 and 5")]
    [InlineData("geography/roads.csv", "1.9,18", "1.9,fast", "km_per_hour", "not a number between 3 and 120")]
    [InlineData("geography/roads.csv", "552,mountains", "559,mountains", "district_code", "There is no district \"559\"", 2)]
    [InlineData("geography/roads.csv", "552,mountains", "551,mountains", "district_code", "there twice", 2)]
    // lists that services refer to
    [InlineData("departments.json", "\"id\": \"ports-board\"", "\"id\": \"ports\"", "/departments/1/id", "there twice; first at departments.json /departments/0")]
    [InlineData("departments.json", "\"parent\": \"ports\"", "\"parent\": \"harbours\"", "/departments/0/parent", "There is no department \"harbours\"")]
    [InlineData("departments.json", "[\"10\"]", "[\"9\"]", "/departments/1/lgdCode", "organisation code 9 is there twice")]
    [InlineData("officers.json", "\"level\": \"state\"", "\"level\": \"realm\"", "/designations/2/level", "none of state, division, district, tehsil, block")]
    [InlineData("sources.json", "\"basis\": \"assumed\"", "\"basis\": \"sure\"", "/sources/1/basis", "none of cited, assumed")]
    [InlineData("documents.json", "\"id\": \"receipt\"", "\"id\": \"Receipt\"", "/documents/1/id", "is not an id", 2)]
    // fees
    [InlineData("fees.json", "\"paise\": 2500", "\"paise\": -2500", "/rules/0/versions/1/lines/1/paise", "must lie between 0")]
    [InlineData("fees.json", "\"paise\": 2500", "\"paise\": 25.5", "/rules/0/versions/1/lines/1/paise", "must be a whole number")]
    [InlineData("fees.json", "\"from\": \"2025-01-01\"", "\"from\": \"2024-12-31\"", "/rules/0/versions/1/from", "still in force")]
    [InlineData("fees.json", "\"to\": \"2024-12-31\"", "\"to\": \"2023-12-31\"", "/rules/0/versions/0/to", "before the first")]
    [InlineData("fees.json", "\"to\": \"2024-12-31\", ", "", "/rules/0/versions/1/from", "still in force")]
    [InlineData("fees.json", "\"version\": 2", "\"version\": 1", "/rules/0/versions/1/version", "count upwards")]
    [InlineData("fees.json", "\"from\": \"2025-01-01\"", "\"from\": \"1 January\"", "/rules/0/versions/1/from", "is not a date")]
    [InlineData("fees.json", "\"code\": \"visit\"", "\"code\": \"fee\"", "/rules/0/versions/1/lines/1/code", "there twice")]
    [InlineData("fees.json", "[\"doorstep\"]", "[\"window\"]", "/rules/0/versions/1/lines/1/channels/0", "none of online, centre, doorstep")]
    [InlineData("fees.json", "\"paise\": 2500, \"payee\": \"government\"", "\"paise\": 2500, \"payee\": \"goverment\"", "/rules/0/versions/1/lines/1/payee", "did you mean \"government\"?")]
    // forms
    [InlineData("forms/berth.json", "\"type\": \"object\"", "\"type\": \"array\"", "/type", "must be \"object\"")]
    [InlineData("forms/berth.json", "draft/2020-12/schema", "draft-07/schema", "/$schema", "must be")]
    [InlineData("forms/berth.json", "\"required\": [\"boat\", \"use\"]", "\"requierd\": [\"boat\", \"use\"]", "/requierd", "is no keyword")]
    [InlineData("forms/berth.json", "[\"boat\", \"use\"]", "[\"boat\", \"usage\"]", "/required/1", "has no such property")]
    [InlineData("forms/berth.json", "\"required\": [\"cargo\"]", "\"required\": [\"load\"]", "/then/required/0", "has no such property")]
    [InlineData("forms/berth.json", "\"type\": \"string\", \"minLength\"", "\"type\": \"text\", \"minLength\"", "/then/properties/cargo/type", "is one of string")]
    [InlineData("forms/berth.json", "\"maxLength\": 40", "\"maxLength\": 1", "/then/properties/cargo/maxLength", "is below \"minLength\"")]
    [InlineData("forms/berth.json", "\"minLength\": 2", "\"minLength\": \"2\"", "/then/properties/cargo/minLength", "whole number")]
    [InlineData("forms/berth.json", ", \"mr\": \"माल\"", "", "/then/properties/cargo/x-title/mr", "is missing")]
    [InlineData("forms/berth.json", ", \"x-title\": { \"en\": \"Cargo\", \"mr\": \"माल\" }", "", "/then/properties/cargo", "has no \"x-title\"")]
    [InlineData("forms/berth.json", ", \"trade\": { \"en\": \"Trade\", \"mr\": \"व्यापार\" }", "", "/properties/use/x-enum", "\"trade\" has no label")]
    [InlineData("forms/berth.json", "_common.json#/$defs/boat", "_common.json#/$defs/ship", "/properties/boat/$ref", "no definition \"ship\"")]
    [InlineData("forms/berth.json", "_common.json#/$defs/boat", "_shared.json#/$defs/boat", "/properties/boat/$ref", "no shared file")]
    [InlineData("forms/berth.json", "_common.json#/$defs/boat", "https://elsewhere.example/boat", "/properties/boat/$ref", "A form refers to")]
    [InlineData("forms/_common.json", "^[0-9]+$", "^[0-9+$", "/$defs/digits/pattern", "not a regular expression")]
    // services
    [InlineData("services/ports.json", "\"department\": \"ports\"", "\"department\": \"port\"", "/department", "did you mean \"ports\"?")]
    [InlineData("services/ports.json", "\"document\": \"deed\"", "\"document\": \"title\"", "/services/0/documents/0/document", "There is no document \"title\"")]
    [InlineData("services/ports.json", "[\"receipt\"]", "[\"bill\"]", "/services/0/documents/0/alternatives/0", "There is no document \"bill\"")]
    [InlineData("services/ports.json", "[\"receipt\"]", "[\"deed\"]", "/services/0/documents/0/alternatives", "alternative to itself")]
    [InlineData("services/ports.json", "\"form\": \"berth\"", "\"form\": \"mooring\"", "/services/0/form", "There is no form \"mooring\"")]
    [InlineData("services/ports.json", "\"feeRule\": \"berth\"", "\"feeRule\": \"bert\"", "/services/0/feeRule", "There is no fee rule \"bert\"; did you mean \"berth\"?")]
    [InlineData("services/ports.json", "\"timeLimitDays\": 10", "\"timeLimitDays\": 0", "/services/0/timeLimitDays", "between 1 and 1000")]
    [InlineData("services/ports.json", "\"designated\": \"clerk\"", "\"designated\": \"pirate\"", "/services/0/officers/designated", "There is no designation \"pirate\"")]
    [InlineData("services/ports.json", "\"firstAppellate\": \"captain\"", "\"firstAppellate\": \"clerk\"", "/services/0/officers", "must be three offices")]
    [InlineData("services/ports.json", "\"timeLimit\": \"gazette\"", "\"timeLimit\": \"rumour\"", "/services/0/sources/timeLimit", "There is no source \"rumour\"")]
    [InlineData("services/ports.json", "\"skills\": [\"papers\"]", "\"skills\": [\"diving\"]", "/services/0/doorstep/skills/0", "There is no skill \"diving\"")]
    [InlineData("services/ports.json", "\"doorstep\": { \"minutes\": 20, \"skills\": [\"papers\"] },", "", "/services/0/doorstep", "says how long a visit takes")]
    [InlineData("services/ports.json", "[\"online\", \"doorstep\"]", "[\"online\"]", "/services/0/doorstep", "needs no visit")]
    [InlineData("services/ports.json", "[\"online\", \"doorstep\"]", "[\"online\", \"doorstep\", \"online\"]", "/services/0/channels/2", "there twice")]
    [InlineData("services/ports.json", "\"tags\": [\"boat\", \"बोट\"]", "\"tags\": [\"boat\", \"Boat\"]", "/services/0/tags", "there twice")]
    [InlineData("services/ports.json", "\"wordsMadeBy\": \"person\"", "\"wordsMadeBy\": \"magic\"", "/services/0/wordsMadeBy", "machine, person or notified")]
    [InlineData("services/ports.json", "\"mandatory\": true", "\"mandatory\": \"yes\"", "/services/0/documents/0/mandatory", "true or false")]
    // calendar
    [InlineData("calendar/2026.json", "\"year\": 2026", "\"year\": 2025", "/year", "bears its year", 3)]
    [InlineData("calendar/2026.json", "\"2026-01-26\"", "\"2027-01-26\"", "/holidays/0/date", "is not in 2026")]
    [InlineData("calendar/2026.json", "\"2026-01-26\"", "\"2026-02-30\"", "/holidays/0/date", "is not a date")]
    [InlineData("calendar/2026.json", "\"basis\": \"assumed\"", "\"basis\": \"cited\"", "/holidays/1/basis", "moon")]
    [InlineData("calendar/2026.json", "\"source\": \"gazette\"", "\"source\": \"almanac\"", "/source", "There is no source \"almanac\"")]
    // people
    [InlineData("operators.csv", "op-south-1", "op-north-1", "id", "there twice; first at operators.csv line 2")]
    [InlineData("operators.csv", "joao@visits.example", "asha@visits.example", "email", "there twice; first at operators.csv line 2")]
    [InlineData("operators.csv", "joao@visits.example", "joao@mail.example", "email", "not on the contractor domains")]
    [InlineData("operators.csv", "joao@visits.example", "Joao", "email", "not an e-mail address")]
    [InlineData("operators.csv", "Centre 2,2,", "Centre 2,1,", "home_tehsil", "which the operator does not serve")]
    [InlineData("operators.csv", "Centre 2,2,", "Centre 2,7,", "home_tehsil", "There is no tehsil \"7\"")]
    [InlineData("operators.csv", "551;552", "551;550", "districts", "There is no district \"550\"")]
    [InlineData("operators.csv", "73.96,papers", "73.96,diving", "skills", "There is no skill \"diving\"")]
    [InlineData("operators.csv", "09:00,17:00,mon;sat", "17:00,09:00,mon;sat", "shift_end", "ends before it begins")]
    [InlineData("operators.csv", "09:00,17:00,mon;sat", "9 am,17:00,mon;sat", "shift_start", "is not a time")]
    [InlineData("operators.csv", "mon;sat", "mon;caturday", "days", "is not a day")]
    [InlineData("operators.csv", "mon;sat,5", "mon;sat,0", "max_visits_per_day", "between 1 and 48")]
    [InlineData("operators.csv", "papers,en,", "papers,English,", "languages", "speaks at least one language")]
    [InlineData("operators.csv", "mon;sat,5,552", "mon;sat,5", "", "13 cells; the header has 14")]
    [InlineData("staff.csv", "captain@coast.example", "clerk@coast.example", "email", "there twice; first at staff.csv line 3")]
    [InlineData("staff.csv", "captain@coast.example", "asha@visits.example", "email", "not on the official domains", 2)]
    [InlineData("staff.csv", "appellate;operations", "appellate;captain", "roles", "\"captain\" is no role")]
    [InlineData("staff.csv", "officer,clerk,tehsil:1", "officer,,tehsil:1", "designation", "holds a designation")]
    [InlineData("staff.csv", "officer,clerk,tehsil:1", "officer,clark,tehsil:1", "designation", "did you mean \"clerk\"?")]
    [InlineData("staff.csv", "officer,clerk,tehsil:1", "officer,clerk,tehsil:8", "territory", "There is no tehsil:8")]
    [InlineData("staff.csv", "officer,clerk,tehsil:1", "officer,clerk,1", "territory", "is not a territory")]
    [InlineData("staff.csv", "officer,clerk,tehsil:1", "officer,clerk,district:551", "territory", "answers for a")]
    // messages: only the first language shortened says so of each other language, too
    [InlineData("messages/mr.json", "{total}? then {code}", "{total}? then this", "/otp-visit/text", "must tell {code}", 2)]
    [InlineData("messages/mr.json", "{code} for {helpline}", "{code}", "/otp-call-confirm/text", "The placeholders are {code}, but {code}, {helpline} in \"en\"")]
    [InlineData("messages/mr.json", "\"text\": \"Noted.\"", "\"text\": \"Noted {name}.\"", "/call-received/text", "Nothing is known to fill {name} with", 2)]
    [InlineData("messages/mr.json", "\"text\": \"Noted.\"", "\"text\": \"Noted {.\"", "/call-received/text", "A brace is left open")]
    [InlineData("messages/mr.json", "\"otp-visit\"", "\"otp-visite\"", "/otp-visit", "\"otp-visit\" is missing", 2)]
    public void Load_OnePlaceSpoiled_NamesThePlaceAndSaysWhy(string file, string text, string by, string place, string says, int errors = 1)
    {
        using var pack = new TinyPack();
        Assert.True(StatePack.Load(pack.Folder).Ok);

        var result = StatePack.Load(pack.Spoil(file, text, by).Folder);

        Assert.False(result.Ok);
        var told = string.Join(Environment.NewLine, result.Errors);
        Assert.True(result.Errors.Any(error => error.File == file && error.Place == place && error.Message.Contains(says, StringComparison.Ordinal) && error.Line > 0), told);
        Assert.True(result.Errors.Count == errors, told);
    }

    [Theory]
    [InlineData("sources.json")]
    [InlineData("departments.json")]
    [InlineData("documents.json")]
    [InlineData("officers.json")]
    [InlineData("fees.json")]
    [InlineData("geography/districts.csv")]
    [InlineData("geography/tehsils.csv")]
    [InlineData("operators.csv")]
    [InlineData("staff.csv")]
    [InlineData("messages/mr.json")]
    [InlineData("pack.json")]
    public void Load_FileMissing_SaysOnlyThat(string file)
    {
        using var pack = new TinyPack();
        pack.Delete(file);

        var error = Assert.Single(StatePack.Load(pack.Folder).Errors);
        Assert.Equal(file, error.File);
        Assert.Equal("The file is missing.", error.Message);
    }

    [Theory]
    [InlineData("geography/tehsils.csv", "2,552,Margao,15.27,73.95,nearby", "The district 552 (South, Hills) has no tehsil.", 2)]
    [InlineData("geography/pincodes.csv", "403,552,South\n403001,551,Panji\n403601,552,Margao", "The district 552 (South, Hills) has no pincode: no address there could be accepted.", 1)]
    public void Load_DistrictLeftEmpty_SaysWhatItLacks(string file, string rows, string says, int errors)
    {
        using var pack = new TinyPack();
        var result = StatePack.Load(pack.Spoil(file, rows, "").Folder);

        Assert.Contains(result.Errors, error => error.File == file && error.Message == says);
        Assert.Equal(errors, result.Errors.Count);
    }

    [Fact]
    public void Load_RoadsOfSomeDistrictsOnly_NamesTheOthers()
    {
        using var pack = new TinyPack();

        var error = Assert.Single(StatePack.Load(pack.Spoil("geography/roads.csv", "552,mountains,1.9,18", "").Folder).Errors);

        Assert.Equal("geography/roads.csv: The district 552 is missing.", error.ToString());
    }

    [Fact]
    public void Load_NoSuchFolder_IsRefused()
    {
        var result = StatePack.Load(Path.Combine(Path.GetTempPath(), "no-such-pack"));

        Assert.Contains("no such folder", Assert.Single(result.Errors).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ \"sources\": [", 1)]
    [InlineData("{\n\"sources\": [],\n\"sources\": []\n}", 0)]
    [InlineData("", 1)]
    public void Load_NotJson_NamesTheLine(string text, int line)
    {
        using var pack = new TinyPack();
        pack.Write("sources.json", text);

        var error = Assert.Single(StatePack.Load(pack.Folder).Errors);
        Assert.Equal("sources.json", error.File);
        Assert.StartsWith("This is not JSON", error.Message, StringComparison.Ordinal);
        if (line > 0) Assert.Equal(line, error.Line);
    }

    [Fact]
    public void Load_ServiceTwiceInTwoFiles_NamesBothPlaces()
    {
        using var pack = new TinyPack();
        pack.Write("services/again.json", File.ReadAllText(Path.Combine(pack.Folder, "services/ports.json")));

        var error = Assert.Single(StatePack.Load(pack.Folder).Errors);
        Assert.Equal("services/ports.json:2 /services/0/id: The service \"boat-berth\" is there twice; first at services/again.json /services/0.", error.ToString());
    }

    [Fact]
    public void Load_YearLeftOut_IsRefused()
    {
        using var pack = new TinyPack();
        var year = File.ReadAllText(Path.Combine(pack.Folder, "calendar/2026.json"));
        pack.Write("calendar/2028.json", year.Replace("2026", "2028", StringComparison.Ordinal));

        Assert.Contains("no calendar for 2027", Assert.Single(StatePack.Load(pack.Folder).Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NoCalendarAtAll_IsRefused()
    {
        using var pack = new TinyPack();
        pack.Delete("calendar/2026.json");

        Assert.Contains("There is no calendar", Assert.Single(StatePack.Load(pack.Folder).Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_MessageTooLong_SaysHowLong()
    {
        using var pack = new TinyPack();
        pack.Spoil("messages/mr.json", "\"text\": \"Noted.\"", $"\"text\": \"{new string('a', 321)}\"");

        Assert.Contains("has 321 characters", Assert.Single(StatePack.Load(pack.Folder).Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_TwoDefinitionsOfOneName_IsRefused()
    {
        using var pack = new TinyPack();
        pack.Write("forms/_other.json", """{ "$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": { "digits": { "type": "string" } } }""");
        pack.Spoil("forms/berth.json", "\"cargo\": { \"type\": \"string\", \"minLength\": 2, \"maxLength\": 40,", "\"cargo\": { \"$ref\": \"_other.json#/$defs/digits\",");

        Assert.Contains("two definitions \"digits\"", Assert.Single(StatePack.Load(pack.Folder).Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_ErrorsInManyFiles_TellsThemAllAtOnceInOrder()
    {
        using var pack = new TinyPack();
        pack.Spoil("pack.json", "\"INR\"", "\"rupees\"")
            .Spoil("fees.json", "\"paise\": 2500", "\"paise\": -1")
            .Spoil("services/ports.json", "\"timeLimitDays\": 10", "\"timeLimitDays\": 0")
            .Spoil("services/ports.json", "\"form\": \"berth\"", "\"form\": \"none\"")
            .Spoil("staff.csv", "tehsil:1", "tehsil:8");

        var result = StatePack.Load(pack.Folder);

        Assert.Null(result.Pack);
        Assert.Equal(["fees.json", "pack.json", "services/ports.json", "services/ports.json", "staff.csv"], result.Errors.Select(error => error.File));
        var thrown = Assert.Throws<PackException>(() => result.OrThrow());
        Assert.Contains("5 errors", thrown.Message, StringComparison.Ordinal);
        Assert.All(result.Errors, error => Assert.Contains(error.ToString(), thrown.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Load_JsonWithLines_CountsThemRightly()
    {
        using var pack = new TinyPack();
        pack.Spoil("pack.json", "\"number\": \"1076\"", "\"number\": \"x\"");

        Assert.Equal(13, Assert.Single(StatePack.Load(pack.Folder).Errors).Line);
    }
}
