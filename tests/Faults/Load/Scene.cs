using System.Globalization;
using System.Text.Json.Nodes;
using EServices.Local.Demo;

namespace EServices.Faults.Tests.Load;

/// <summary>A place where people live whom operators visit, and the officer who decides on what they ask for.</summary>
/// <param name="Address">As a call takes it.</param>
internal sealed record Doorstep(JsonObject Address, Account Officer);

/// <summary>
/// Who and where: found out once, while nothing is disturbed yet, from what the platform itself tells; no name is known here. Everybody who acts later signs in
/// here, for a first password that is set while Identity dies can't be told from one that was not.
/// </summary>
internal sealed class Scene
{
    private const int Centres = 4;

    /// <summary>Windows of a district that must be free for the rest of the day, so that a trial has visits to make.</summary>
    private const int EnoughWindows = 10;

    private static readonly TimeSpan BeforeTheFirstWindow = TimeSpan.FromMinutes(30);

    private readonly FrontEnd front;
    private readonly Cast cast;
    private readonly Dictionary<string, Account> operators = [];

    private Scene(FrontEnd front, Cast cast) => (this.front, this.cast) = (front, cast);

    public Account Helpline { get; private set; } = null!;

    /// <summary>Operators at whose centres people apply.</summary>
    public IReadOnlyList<Account> AtCentres { get; private set; } = [];

    /// <summary>Everywhere that operators are at home.</summary>
    public IReadOnlyList<JsonObject> Places { get; private set; } = [];

    /// <summary>Where whole journeys lead to: some districts, all of whose operators are known here.</summary>
    public IReadOnlyList<Doorstep> Doorsteps { get; private set; } = [];

    /// <summary>Who decides on what was handed in at the centres.</summary>
    public Account Officer => Doorsteps[0].Officer;

    /// <summary>A service that costs something, at a centre as at the door, asks for little, and leads to a certificate.</summary>
    public JsonObject Service { get; private set; } = [];

    public string ServiceId => (string)Service["id"]!;

    /// <summary>Answers that complete its form.</summary>
    public JsonObject Form { get; private set; } = [];

    public IReadOnlyList<string> Documents =>
        [.. Service["documents"]!.AsArray().Select(item => item!.AsObject()).Where(item => (bool?)item["mandatory"] == true).Select(item => (string)item["documentId"]!)];

    /// <summary>The date in the state.</summary>
    public DateOnly Today { get; private set; }

    public static async Task<Scene> PrepareAsync(FrontEnd front, HttpClient gateway, int districts, Dice dice)
    {
        var scene = new Scene(front, new Cast(new JourneyClient(gateway), gateway));
        await scene.PrepareAsync(districts, dice);
        return scene;
    }

    /// <summary>An account of a role, to look at things with.</summary>
    public async Task<Account> SomeoneAsync(string role) => Staff(await cast.FindAsync(role));

    /// <summary>Who comes.</summary>
    public Account Operator(string id) => operators.TryGetValue(id, out var known) ? known : throw new InvalidOperationException($"{id} comes, who serves none of the districts here.");

    /// <summary>Begins the next day, unless enough of this one is left. Nobody may be under way: codes and quotes that are on their way run out with the day.</summary>
    public async Task BeginDayAsync()
    {
        var now = await NowAsync();
        if ((await WindowsAsync($"from={Today:yyyy-MM-dd}&days=1&urgent=true")).Count(window => window > now) >= EnoughWindows * Doorsteps.Count)
            return;
        var next = (await WindowsAsync($"from={Today.AddDays(1):yyyy-MM-dd}")).Min() - BeforeTheFirstWindow;
        Done(await front.PostAsync("/sandbox/clock/advance", null, new JsonObject { ["by"] = System.Xml.XmlConvert.ToString(TimeSpan.FromSeconds(Math.Ceiling((next - now).TotalSeconds))) }), "the next day");
        await NowAsync();
        // The day took everybody's token with it.
        foreach (var account in operators.Values.Concat(AtCentres).Concat(Doorsteps.Select(doorstep => doorstep.Officer)).Append(Helpline).Distinct())
        {
            account.Renew();
            await account.TokenAsync();
        }
    }

    private Account Staff(string email) => new(email, () => cast.TokenAsync(email));

    private async Task PrepareAsync(int districts, Dice dice)
    {
        await NowAsync();
        Helpline = await SomeoneAsync("helpline");
        await Helpline.TokenAsync();
        var people = Done(await front.GetAsync("/api/v1/operators?limit=100", Helpline), "operators")["items"]!.AsArray().Select(person => person!.AsObject()).ToList();
        var emails = Done(await front.GetAsync("/sandbox/staff?role=operator"), "staff")["items"]!.AsArray().ToDictionary(person => (string)person!["name"]!, person => (string)person!["email"]!);
        Places = await PlacesAsync(people);
        var officers = Done(await front.GetAsync("/sandbox/staff?role=officer"), "officers")["items"]!.AsArray().Select(person => person!.AsObject()).ToList();
        (Service, var designation) = await ChooseAsync(officers);
        Doorsteps =
        [
            .. Places.Select(place => (Place: place, Officer: OfficerAt(officers, place, designation))).Where(found => found.Officer is not null).Take(districts)
                .Select(found => new Doorstep(found.Place, Staff(found.Officer!))),
        ];
        var served = Doorsteps.Select(doorstep => (string)doorstep.Address["districtCode"]!).ToHashSet();
        foreach (var person in people.Where(person => person["districts"]!.AsArray().Any(code => served.Contains((string)code!))))
            operators.Add((string)person["id"]!, Staff(emails[(string)person["name"]!]));
        var known = operators.Values.ToDictionary(account => account.Name);
        var all = emails.Values.Order(StringComparer.Ordinal).ToList();
        AtCentres = [.. Enumerable.Range(0, Centres).Select(at => all[at * all.Count / Centres]).Select(email => known.GetValueOrDefault(email) ?? Staff(email))];
        foreach (var account in operators.Values.Concat(AtCentres).Concat(Doorsteps.Select(doorstep => doorstep.Officer)))
            await account.TokenAsync();
        Form = await FormAsync(dice);
    }

    private async Task<DateTimeOffset> NowAsync()
    {
        var figures = Done(await front.GetAsync("/api/v1/statistics/services"), "figures");
        Today = DateOnly.Parse((string)figures["today"]!, CultureInfo.InvariantCulture);
        return DateTimeOffset.Parse((string)figures["asOf"]!, CultureInfo.InvariantCulture);
    }

    private async Task<List<DateTimeOffset>> WindowsAsync(string when)
    {
        var windows = new List<DateTimeOffset>();
        foreach (var place in Doorsteps.Select(doorstep => doorstep.Address))
        {
            var slots = Done(await front.GetAsync($"/api/v1/slots?serviceId={ServiceId}&districtCode={(string)place["districtCode"]!}&tehsilCode={(string)place["tehsilCode"]!}&limit=100&{when}", Helpline), "slots");
            windows.AddRange(slots["items"]!.AsArray().Select(slot => DateTimeOffset.Parse((string)slot!["startsAt"]!, CultureInfo.InvariantCulture)));
        }
        return windows;
    }

    private async Task<List<JsonObject>> PlacesAsync(List<JsonObject> people)
    {
        var districts = Done(await front.GetAsync("/api/v1/geography/districts"), "districts")["items"]!.AsArray().Select(district => district!.AsObject()).ToDictionary(district => (string)district["code"]!);
        return
        [
            .. people.GroupBy(person => (string)person["districts"]![0]!).Select(group => new JsonObject
            {
                ["line"] = "House 12, Main Street",
                ["districtCode"] = group.Key,
                ["tehsilCode"] = (string)group.First()["homeTehsil"]!,
                ["pincode"] = ((string)districts[group.Key]["pincodes"]![0]!).PadRight(5, '0').PadRight(6, '1'),
            }),
        ];
    }

    private async Task<(JsonObject Service, string Designation)> ChooseAsync(List<JsonObject> officers)
    {
        var offered = Done(await front.GetAsync("/api/v1/services?limit=40&channel=doorstep&q=certificate"), "services")["items"]!.AsArray().Select(item => item!.AsObject())
            .Where(item => (long?)item["fromPaise"] > 0 && item["channels"]!.AsArray().Any(channel => (string?)channel == "centre"));
        var details = new List<JsonObject>();
        foreach (var item in offered)
            details.Add(Done(await front.GetAsync($"/api/v1/services/{(string)item["id"]!}"), "a service"));
        var chosen = details.Where(detail => detail["formSchema"] is not null && Designation(detail) is { } named && OfficerAt(officers, Places[0], named) is not null)
            .MinBy(detail => detail["documents"]!.AsArray().Count(item => (bool?)item!["mandatory"] == true))
            ?? throw new InvalidOperationException("No service costs anything at a centre and at the door, and has an officer where the first operator is at home.");
        return (chosen, Designation(chosen)!);

        static string? Designation(JsonObject detail) => (string?)detail["timeLimit"]?["designatedOfficer"];
    }

    private static string? OfficerAt(List<JsonObject> officers, JsonObject place, string designation) => (string?)officers.FirstOrDefault(
        person => (string?)person["lgd"] == $"tehsil:{(string?)place["tehsilCode"]}" && ((string?)person["name"])?.StartsWith(designation, StringComparison.Ordinal) == true)?["email"];

    /// <summary>Found out with one application that is not handed in.</summary>
    private async Task<JsonObject> FormAsync(Dice dice)
    {
        var schema = Service["formSchema"]!.AsObject();
        var answers = SampleForm.For(schema);
        var trial = Done(await front.PostAsync("/api/v1/applications", AtCentres[0], Application("centre", Places[0], dice.Mobile(), null), FrontEnd.NewKey()), "an application to try the form with");
        for (var round = 0; round < 5; round++)
        {
            var kept = Done(await front.PutAsync($"/api/v1/applications/{(string)trial["id"]!}/form", AtCentres[0], answers.DeepClone()), "a form");
            if ((bool?)kept["complete"] == true)
                return answers;
            foreach (var pointer in kept["missing"]!.AsArray())
                SampleForm.Answer(answers, schema, (string)pointer!);
        }
        throw new InvalidOperationException($"The form of {ServiceId} is not complete with {answers.ToJsonString()}");
    }

    /// <summary>What begins an application.</summary>
    public JsonObject Application(string channel, JsonObject place, string mobile, string? visitId) => new()
    {
        ["serviceId"] = ServiceId,
        ["channel"] = channel,
        ["visitId"] = visitId,
        ["citizen"] = new JsonObject { ["mobile"] = mobile, ["name"] = "Rubina Akhtar", ["language"] = "en" },
        ["districtCode"] = (string)place["districtCode"]!,
        ["tehsilCode"] = (string)place["tehsilCode"]!,
    };

    private static JsonObject Done(Answer answer, string what) => Steps.Done(answer, what);
}
