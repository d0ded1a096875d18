using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using EServices.Local.Demo;

namespace EServices.Faults.Tests.Load;

/// <summary>
/// Constant load through the gateway: citizens who apply at a centre and pay there, and citizens who call and are given a visit, several of them wanting the same slot.
/// </summary>
internal sealed class Citizens : IAsyncDisposable
{
    private static readonly byte[] Paper = Encoding.ASCII.GetBytes("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(1_000);
    private const int Centres = 4;
    private const int Callers = 2;

    /// <summary>Applications that wait for their bill, beyond which no further ones are begun.</summary>
    private const int MostUnpaid = 400;

    private readonly FrontEnd front;
    private readonly Cast cast;
    private readonly Tally tally;
    private readonly Journal journal;
    private readonly Random chance;
    private readonly ConcurrentQueue<Due> unpaid = new();
    private readonly ConcurrentQueue<Due> undecided = new();
    private CancellationTokenSource stop = new();
    private readonly List<Account> operators = [];
    private readonly ConcurrentBag<string> failures = [];
    private Account helpline = null!;
    private Account? officer;
    private JsonObject service = null!;
    private JsonObject form = null!;
    private List<JsonObject> places = null!;
    private List<Task> running = [];
    private int waiting;

    public Citizens(HttpClient gateway, Tally tally, Journal journal, int seed)
    {
        (this.tally, this.journal) = (tally, journal);
        chance = new Random(seed);
        front = new FrontEnd(gateway, tally, new Random(seed + 1));
        cast = new Cast(new JourneyClient(gateway), gateway);
    }

    public FrontEnd Front => front;

    public Task<string> HelplineTokenAsync() => helpline.TokenAsync();

    /// <summary>An account of a role, to look at things with.</summary>
    public async Task<Account> SomeoneAsync(string role) => new(cast, await cast.FindAsync(role));

    /// <summary>Why a citizen could not go on; the load goes on with the others.</summary>
    public IReadOnlyList<string> Failures => [.. failures];

    /// <summary>Signs the staff in and chooses a service that costs something and asks for little, while nothing is disturbed yet.</summary>
    public async Task PrepareAsync()
    {
        var emails = (await front.GetAsync("/sandbox/staff?role=operator")).Body["items"]!.AsArray().Select(person => (string)person!["email"]!).Order(StringComparer.Ordinal).ToList();
        for (var at = 0; at < Centres; at++)
            operators.Add(new Account(cast, emails[at * emails.Count / Centres]));
        helpline = await SomeoneAsync("helpline");
        foreach (var account in operators.Append(helpline))
            await account.TokenAsync();
        places = await PlacesAsync();
        (service, officer) = await ChooseAsync();
        form = await FormAsync();
        if (officer is not null)
            await officer.TokenAsync();
    }

    /// <summary>Begins the load, also again after it was stopped.</summary>
    public void Start()
    {
        stop.Dispose();
        stop = new CancellationTokenSource();
        running =
        [
            .. Enumerable.Range(0, Centres).Select(at => EachAsync(Pace, () => ApplyAsync(operators[at]))),
            .. Enumerable.Range(0, Centres).Select(_ => EachAsync(TimeSpan.Zero, PayNextAsync, unpaid)),
            EachAsync(TimeSpan.Zero, DecideNextAsync, undecided),
            .. Enumerable.Range(0, Callers).Select(_ => EachAsync(Pace * 2, CallAsync)),
        ];
    }

    /// <summary>Ends the load: nothing is begun any more, and what was begun is brought to its end.</summary>
    public async Task StopAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(running);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        stop.Dispose();
    }

    /// <param name="work">What has to be empty before the end.</param>
    private async Task EachAsync(TimeSpan pace, Func<Task> act, ConcurrentQueue<Due>? work = null)
    {
        while (!stop.IsCancellationRequested || work?.IsEmpty == false || (work is not null && Volatile.Read(ref waiting) > 0))
        {
            try
            {
                await act();
            }
            catch (Exception failure)
            {
                failures.Add(failure.ToString());
            }
            if (pace > TimeSpan.Zero)
                await PauseAsync(pace * (0.5 + Draw()));
        }
    }

    private async Task PauseAsync(TimeSpan pause)
    {
        try
        {
            await Task.Delay(pause, stop.Token);
        }
        catch (OperationCanceledException)
        {
            // The load ends.
        }
    }

    private async Task ApplyAsync(Account by)
    {
        if (Volatile.Read(ref waiting) >= MostUnpaid)
            return;
        var begun = Done(await front.PostAsync("/api/v1/applications", by, new JsonObject
        {
            ["serviceId"] = (string)service["id"]!,
            ["channel"] = "centre",
            ["citizen"] = new JsonObject { ["mobile"] = Mobile(), ["name"] = "Rubina Akhtar", ["language"] = "en" },
            ["districtCode"] = (string)places[0]["districtCode"]!,
            ["tehsilCode"] = (string)places[0]["tehsilCode"]!,
        }, FrontEnd.NewKey()), "an application begun");
        var id = (string)begun["id"]!;
        journal.Drafts[id] = true;
        Done(await front.PutAsync($"/api/v1/applications/{id}/form", by, form.DeepClone()), "a form kept");
        foreach (var document in Mandatory(service))
            Done(await front.UploadAsync($"/api/v1/applications/{id}/documents?type={document}", by, Paper, "application/pdf"), "a document kept");

        var key = FrontEnd.NewKey();
        var answers = await TwiceAtTimesAsync(0.2, () => front.PostAsync($"/api/v1/applications/{id}/submit", by, null, key));
        var submitted = Done(answers[0], "an application submitted");
        var tracking = (string)submitted["trackingNumber"]!;
        journal.Submissions[id] = tracking;
        if (answers.Any(answer => (string?)Done(answer, "the same submission")["trackingNumber"] != tracking))
            tally.Wrong($"The same submission of {id} was answered with two tracking numbers.");
        Interlocked.Increment(ref waiting);
        unpaid.Enqueue(new Due(id, by, Stopwatch.StartNew()));
    }

    private async Task PayNextAsync()
    {
        if (!unpaid.TryDequeue(out var due))
        {
            await PauseAsync(TimeSpan.FromMilliseconds(50));
            return;
        }
        var bills = Done(await front.GetAsync($"/api/v1/bills?applicationId={due.ApplicationId}", due.By), "the bills of an application")["items"]!.AsArray();
        if (bills.Count == 0)
        {
            if (due.Waited.Elapsed > FrontEnd.Patience)
                throw new TimeoutException($"{due.ApplicationId} was submitted {due.Waited.Elapsed.TotalSeconds:F0} s ago and has no bill.");
            unpaid.Enqueue(due);
            await Task.Delay(TimeSpan.FromMilliseconds(50));
            return;
        }
        var bill = bills[0]!.AsObject();
        var id = (string)bill["id"]!;
        var body = new JsonObject { ["billId"] = id, ["method"] = "cash" };
        // Sometimes two desks take the money at once: one of them has to be refused. Sometimes one sends its request twice.
        var rivals = Draw() < 0.15;
        var key = FrontEnd.NewKey();
        var answers = rivals
            ? await Task.WhenAll(PayAsync(FrontEnd.NewKey()), PayAsync(key))
            : await TwiceAtTimesAsync(0.15, () => PayAsync(key));
        var taken = answers.Where(answer => answer.Succeeded).Select(answer => (string)answer.Body["id"]!).Distinct().ToList();
        if (taken.Count != 1)
            tally.Wrong($"Bill {id} was {(rivals ? "paid by two at once" : "paid")}, and {taken.Count} payments were acknowledged: {string.Join(" | ", answers.Select(answer => $"{(int)answer.Status} {answer.Body.ToJsonString()}"))}");
        foreach (var refused in answers.Where(answer => !answer.Succeeded && answer.Code != "bill-already-paid"))
            tally.Wrong($"A payment of bill {id} was refused with {(int)refused.Status} {refused.Body.ToJsonString()}");
        if (answers.FirstOrDefault(answer => answer.Succeeded) is { } paid)
            journal.Payments[id] = new Paid((string)paid.Body["id"]!, (string?)paid.Body["receiptId"], (long)paid.Body["amountPaise"]!);
        if (officer is not null && Draw() < 0.4)
            undecided.Enqueue(due with { Waited = Stopwatch.StartNew() });
        Interlocked.Decrement(ref waiting);

        Task<Answer> PayAsync(string with) => front.PostAsync("/api/v1/payments", due.By, body.DeepClone(), with);
    }

    private async Task DecideNextAsync()
    {
        if (!undecided.TryDequeue(out var due))
        {
            await PauseAsync(TimeSpan.FromMilliseconds(50));
            return;
        }
        var path = $"/api/v1/applications/{due.ApplicationId}";
        if ((string?)Done(await front.GetAsync(path, due.By), "an application")["state"] is "submitted")
        {
            if (due.Waited.Elapsed > FrontEnd.Patience)
                throw new TimeoutException($"{due.ApplicationId} was paid {due.Waited.Elapsed.TotalSeconds:F0} s ago and its clock does not run.");
            undecided.Enqueue(due);
            await Task.Delay(TimeSpan.FromMilliseconds(50));
            return;
        }
        var answer = await front.PostAsync($"{path}/actions/approve", officer!, new JsonObject { ["remarks"] = "Verified." });
        // Done before, if its answer was lost: the application itself tells.
        if (!answer.Succeeded && (answer.Attempts == 1 || (string?)Done(await front.GetAsync(path, due.By), "an application")["state"] != "approved"))
            Done(answer, "an approval");
        journal.Decisions[due.ApplicationId] = true;
    }

    /// <summary>Two people of one place call, and both want the first slot at the same moment: one of them gets it, the other has to take the next.</summary>
    private async Task CallAsync()
    {
        var place = places[Draw() < 0.5 ? 0 : (int)(Draw() * places.Count)];
        var (one, other) = (await ReadyCallAsync(place), await ReadyCallAsync(place));
        if (await FirstSlotAsync(one) is not { } wanted)
            return;
        var got = await Task.WhenAll(BookAsync(one, wanted), BookAsync(other, wanted));
        if (got is [true, true])
            tally.Wrong($"Slot {wanted} was given to {one} and to {other}.");
        foreach (var call in new[] { one, other }.Where((_, at) => !got[at]))
        {
            for (var tries = 0; tries < 20 && await FirstSlotAsync(call) is { } next && !await BookAsync(call, next); tries++)
            {
            }
        }
    }

    /// <summary>A call that only lacks its visit.</summary>
    private async Task<string> ReadyCallAsync(JsonObject place)
    {
        var mobile = Mobile();
        var call = Done(await front.PostAsync("/api/v1/calls", helpline, new JsonObject { ["from"] = mobile, ["language"] = "en", ["channel"] = "phone" }, FrontEnd.NewKey()), "a call");
        var id = (string)call["id"]!;
        journal.Calls[id] = true;
        await ActAsync(id, "confirm-number", new JsonObject { ["code"] = await CodeAsync(mobile) });
        await ActAsync(id, "name", new JsonObject { ["name"] = "Rubina Akhtar" });
        await ActAsync(id, "choose-service", new JsonObject { ["serviceId"] = (string)service["id"]! });
        foreach (var document in Mandatory(service))
            await ActAsync(id, "confirm-document", new JsonObject { ["documentId"] = document });
        await ActAsync(id, "set-address", place.DeepClone());
        Done(await front.PostAsync($"/api/v1/services/{(string)service["id"]!}/quote", helpline,
            new JsonObject { ["channel"] = "doorstep", ["callId"] = id, ["districtCode"] = (string)place["districtCode"]! }), "a quote");
        for (var waited = Stopwatch.StartNew(); !Ready(call); await Task.Delay(TimeSpan.FromMilliseconds(100)))
        {
            call = Done(await front.GetAsync($"/api/v1/calls/{id}", helpline), "the call");
            if (waited.Elapsed > FrontEnd.Patience)
                throw new TimeoutException($"The quote did not reach the call {id}: {call.ToJsonString()}");
        }
        return id;
    }

    private async Task<string?> FirstSlotAsync(string call) =>
        (string?)Done(await front.GetAsync($"/api/v1/slots?callId={call}", helpline), "slots")["items"]!.AsArray().FirstOrDefault()?["id"];

    /// <summary>False if another was quicker.</summary>
    private async Task<bool> BookAsync(string call, string slot)
    {
        var answer = await front.PostAsync("/api/v1/visits", helpline, new JsonObject { ["callId"] = call, ["slotId"] = slot }, FrontEnd.NewKey());
        if (answer.Code == "slot-taken")
        {
            journal.Contested();
            return false;
        }
        journal.Visits[(string)Done(answer, "a visit")["id"]!] = new Booked(call, slot);
        return true;
    }

    private async Task ActAsync(string call, string action, JsonNode body)
    {
        var answer = await front.PostAsync($"/api/v1/calls/{call}/actions/{action}", helpline, body);
        // A step without a key that was repeated may find itself done.
        if (!answer.Succeeded && !(answer.Attempts > 1 && (int)answer.Status == 409))
            Done(answer, action);
    }

    /// <summary>The code that was sent to a number.</summary>
    private async Task<string> CodeAsync(string mobile)
    {
        var waited = Stopwatch.StartNew();
        while (waited.Elapsed < FrontEnd.Patience)
        {
            var messages = Done(await front.GetAsync($"/sandbox/messages?to={Uri.EscapeDataString(mobile)}"), "messages")["items"]!.AsArray();
            if (messages.Select(message => (string?)message!["parameters"]?["code"]).FirstOrDefault(code => code is not null) is { } code)
                return code;
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
        throw new TimeoutException($"No code reached the caller within {FrontEnd.Patience.TotalSeconds:F0} s.");
    }

    /// <summary>A service that costs something, at a centre as at the door, and asks for little; if there is one, such that an officer where the citizens live decides on it.</summary>
    private async Task<(JsonObject Service, Account? Officer)> ChooseAsync()
    {
        var officers = Done(await front.GetAsync("/sandbox/staff?role=officer"), "officers")["items"]!.AsArray().Select(person => person!.AsObject())
            .Where(person => (string?)person["lgd"] == $"tehsil:{(string?)places[0]["tehsilCode"]}").ToList();
        var offered = Done(await front.GetAsync("/api/v1/services?limit=40&channel=doorstep&q=certificate"), "services")["items"]!.AsArray().Select(item => item!.AsObject())
            .Where(item => (long?)item["fromPaise"] > 0 && item["channels"]!.AsArray().Any(channel => (string?)channel == "centre"));
        var details = new List<JsonObject>();
        foreach (var item in offered)
            details.Add(Done(await front.GetAsync($"/api/v1/services/{(string)item["id"]!}"), "a service"));
        var chosen = details.Where(detail => detail["formSchema"] is not null).OrderBy(detail => OfficerOf(detail) is null).ThenBy(detail => Mandatory(detail).Count).FirstOrDefault()
            ?? throw new InvalidOperationException("No service costs anything at a centre and at the door.");
        return (chosen, OfficerOf(chosen) is { } email ? new Account(cast, email) : null);

        string? OfficerOf(JsonObject detail) => (string?)detail["timeLimit"]?["designatedOfficer"] is { } designation
            ? (string?)officers.FirstOrDefault(person => ((string?)person["name"])?.StartsWith(designation, StringComparison.Ordinal) == true)?["email"]
            : null;
    }

    private async Task<List<JsonObject>> PlacesAsync()
    {
        var people = Done(await front.GetAsync("/api/v1/operators?limit=100", helpline), "operators")["items"]!.AsArray().Select(person => person!.AsObject()).ToList();
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

    /// <summary>Answers that complete the form, found out with one application that is not handed in.</summary>
    private async Task<JsonObject> FormAsync()
    {
        var schema = service["formSchema"]!.AsObject();
        var answers = SampleForm.For(schema);
        var trial = Done(await front.PostAsync("/api/v1/applications", operators[0], new JsonObject
        {
            ["serviceId"] = (string)service["id"]!,
            ["channel"] = "centre",
            ["citizen"] = new JsonObject { ["mobile"] = Mobile(), ["name"] = "Rubina Akhtar", ["language"] = "en" },
            ["districtCode"] = (string)places[0]["districtCode"]!,
            ["tehsilCode"] = (string)places[0]["tehsilCode"]!,
        }, FrontEnd.NewKey()), "an application to try the form with");
        for (var round = 0; round < 5; round++)
        {
            var kept = Done(await front.PutAsync($"/api/v1/applications/{(string)trial["id"]!}/form", operators[0], answers.DeepClone()), "a form");
            if ((bool?)kept["complete"] == true)
                return answers;
            foreach (var pointer in kept["missing"]!.AsArray())
                SampleForm.Answer(answers, schema, (string)pointer!);
        }
        throw new InvalidOperationException($"The form of {(string?)service["id"]} is not complete with {answers.ToJsonString()}");
    }

    private async Task<Answer[]> TwiceAtTimesAsync(double often, Func<Task<Answer>> send) =>
        Draw() < often ? await Task.WhenAll(send(), send()) : [await send()];

    private static bool Ready(JsonObject call) => call["readiness"]!.AsArray().All(item => (bool?)item!["ok"] == true);

    private static List<string> Mandatory(JsonObject service) =>
        [.. service["documents"]!.AsArray().Select(item => item!.AsObject()).Where(item => (bool?)item["mandatory"] == true).Select(item => (string)item["documentId"]!)];

    private static JsonObject Done(Answer answer, string what) => answer.Succeeded
        ? answer.Body
        : throw new InvalidOperationException($"Expected {what}, not {(int)answer.Status} {answer.Body.ToJsonString()} (attempt {answer.Attempts})");

    private string Mobile() => $"+919{(long)(Draw() * 1_000_000_000):000000000}";

    private double Draw()
    {
        lock (chance)
            return chance.NextDouble();
    }

    private sealed record Due(string ApplicationId, Account By, Stopwatch Waited);
}
