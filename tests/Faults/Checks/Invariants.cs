using System.Net;
using System.Text.Json.Nodes;
using EServices.Faults.Tests.Load;
using EServices.Faults.Tests.Stores;
using MongoDB.Bson;

namespace EServices.Faults.Tests.Checks;

/// <param name="Looked">How many things the sentence was held against.</param>
internal sealed record Finding(string Invariant, int Looked, IReadOnlyList<string> Violations);

/// <summary>
/// The sentences that have to be true once everything has come to rest, whatever was done before: read from the stores, where also what was carried out without an
/// answer can be seen, and through the public API, which is what people see.
/// </summary>
internal sealed class Invariants(StackStores stores, Journal journal)
{
    private const int MostToldOf = 5;

    private readonly List<Finding> findings = [];
    private readonly List<BsonDocument> applications = [.. stores["application"].All("applications")];
    private readonly List<BsonDocument> bills = [.. stores["payment"].All("bills")];
    private readonly List<BsonDocument> visits = [.. stores["dispatch"].All("visits")];
    private readonly List<BsonDocument> messages = [.. stores["notification"].All("messages")];

    public IReadOnlyList<Finding> Findings => findings;

    private IEnumerable<BsonDocument> Submitted => applications.Where(application => application.Contains("trackingNumber"));

    private IEnumerable<BsonDocument> PaidBills => bills.Where(bill => Text(bill, "state") == "Paid");

    /// <summary>Everything that can be read from the stores.</summary>
    public void CheckStores(IReadOnlyList<Queue> queues)
    {
        Acknowledged();
        Bills();
        Books();
        Receipts();
        Slots();
        Handled(queues);
        Told();
    }

    /// <summary>What was acknowledged, as the public API tells it: all payments in the books' sums, and a sample of the rest one by one.</summary>
    public async Task CheckApiAsync(Citizens citizens, int sample)
    {
        var (helpline, finance) = (await citizens.Scene.SomeoneAsync("helpline"), await citizens.Scene.SomeoneAsync("finance"));
        var violations = new List<string>();
        var looked = 0;
        foreach (var (id, tracking) in Sample(journal.Submissions, sample))
        {
            looked++;
            var answer = await citizens.Front.GetAsync($"/api/v1/track/{tracking}");
            if (answer.Status != HttpStatusCode.OK)
                violations.Add($"{id} was acknowledged as {tracking}, and GET track answers {(int)answer.Status} {answer.Body.ToJsonString()}");
        }
        foreach (var (id, booked) in Sample(journal.Visits, sample))
        {
            looked++;
            var answer = await citizens.Front.GetAsync($"/api/v1/visits/{id}", helpline);
            if (answer.Status != HttpStatusCode.OK)
                violations.Add($"visit {id} of {booked.CallId} was acknowledged, and GET answers {(int)answer.Status} {answer.Body.ToJsonString()}");
        }
        foreach (var (id, paid) in Sample(journal.Payments, sample))
        {
            looked++;
            var answer = await citizens.Front.GetAsync($"/api/v1/receipts/{paid.ReceiptId}", finance);
            if (answer.Status != HttpStatusCode.OK || (string?)answer.Body["paymentId"] != paid.PaymentId || (string?)answer.Body["billId"] != id)
                violations.Add($"bill {id} was paid by {paid.PaymentId}, and GET receipts/{paid.ReceiptId} answers {(int)answer.Status} {answer.Body.ToJsonString()}");
        }
        Found("what was acknowledged is found through the public API", looked, violations);

        var balance = (await citizens.Front.GetAsync("/api/v1/ledger/trial-balance", finance)).Body;
        var (debit, credit) = ((long?)balance["debitPaise"], (long?)balance["creditPaise"]);
        // Only cash is taken here, and all of it settles a bill.
        var paise = PaidBills.Sum(bill => bill["total"].ToInt64());
        Found("the trial balance is even, and the sum of the paid bills", 1,
            debit == credit && debit == paise && (bool?)balance["balanced"] == true ? [] : [$"debits {debit}, credits {credit}, paid bills {paise}"]);
    }

    /// <summary>Every journey that anybody was promised a visit for has ended with the certificate that was handed out, and all services tell the same of it.</summary>
    /// <param name="signedIn">How many citizens sign in and read their certificate themselves; the others' officer reads it.</param>
    public async Task CheckJourneysAsync(Citizens citizens, int signedIn)
    {
        var violations = new List<string>();
        var own = Sample(journal.Journeys, signedIn).Select(journey => journey.Key).ToHashSet();
        var officers = citizens.Scene.Doorsteps.ToDictionary(doorstep => (string)doorstep.Address["tehsilCode"]!, doorstep => doorstep.Officer);
        foreach (var way in journal.Journeys.Values)
        {
            if (way.Certificate is not { } handedOut)
            {
                violations.Add($"{way}");
                continue;
            }
            var application = (await citizens.Front.GetAsync($"/api/v1/track/{journal.Submissions[way.ApplicationId!]}")).Body;
            if ((string?)application["state"] != "approved")
                violations.Add($"{way}: tracked as {application.ToJsonString()}");
            var visit = (await citizens.Front.GetAsync($"/api/v1/visits/{way.VisitId}", citizens.Scene.Helpline)).Body;
            if ((string?)visit["state"] != "completed" || (string?)visit["applicationId"] != way.ApplicationId)
                violations.Add($"{way}: the visit is {visit.ToJsonString()}");
            var reader = own.Contains(way.VisitId) ? citizens.SignIn(way.Mobile) : officers[(string)visit["address"]!["tehsilCode"]!];
            var kept = (await citizens.Front.GetAsync($"/api/v1/applications/{way.ApplicationId}/certificate", reader)).Body;
            if ((string?)kept["jws"] is not { } jws || jws != (string?)handedOut["jws"])
                violations.Add($"{way}: {handedOut["certificateId"]} was handed out, and {kept["certificateId"] ?? kept.ToJsonString()} is kept");
            var verdict = (await citizens.Front.PostAsync("/api/v1/certificates/verify", null, new JsonObject { ["certificate"] = (string?)handedOut["jws"] })).Body;
            if ((bool?)verdict["valid"] != true)
                violations.Add($"{way}: the certificate that was handed out is {verdict.ToJsonString()}");
        }
        Found("every promised visit has ended with a certificate in hand, through the public API", journal.Journeys.Count, violations);
    }

    private void Acknowledged()
    {
        var known = applications.ToDictionary(application => Text(application, "_id"));
        Found("every acknowledged application and submission is kept", journal.Drafts.Count + journal.Submissions.Count,
        [
            .. journal.Drafts.Keys.Where(id => !known.ContainsKey(id)).Select(id => $"{id} was begun and is nowhere"),
            .. journal.Submissions.Where(kept => !known.TryGetValue(kept.Key, out var application) || Text(application, "trackingNumber") != kept.Value)
                .Select(kept => $"{kept.Key} was acknowledged as {kept.Value} and is kept as {(known.TryGetValue(kept.Key, out var application) ? Text(application, "trackingNumber") : "nothing")}"),
        ]);
        var numbers = Submitted.GroupBy(application => Text(application, "trackingNumber")).Where(group => group.Count() > 1);
        Found("a tracking number belongs to one application", Submitted.Count(), [.. numbers.Select(group => $"{group.Key}: {Ids(group)}")]);

        var calls = stores["dispatch"].All("calls").Select(call => Text(call, "_id")).ToHashSet();
        Found("every acknowledged call is kept", journal.Calls.Count, [.. journal.Calls.Keys.Where(id => !calls.Contains(id)).Select(id => $"{id} is nowhere")]);
    }

    private void Bills()
    {
        var submitted = Submitted.Select(application => Text(application, "_id")).ToHashSet();
        var byApplication = bills.ToLookup(bill => Text(bill, "applicationId"));
        Found("one bill for each submission, and none without", submitted.Count,
        [
            .. submitted.Where(id => byApplication[id].Count() != 1).Select(id => $"{id} has {byApplication[id].Count()} bills"),
            .. byApplication.Where(group => !submitted.Contains(group.Key)).Select(group => $"{Ids(group)} of {group.Key}, which was never submitted"),
        ]);

        var known = bills.ToDictionary(bill => Text(bill, "_id"));
        Found("every acknowledged payment is kept", journal.Payments.Count,
        [
            .. journal.Payments.Where(paid => !known.TryGetValue(paid.Key, out var bill) || Text(bill, "state") != "Paid"
                || bill["settlement"].AsBsonDocument.GetValue("paymentId", "").ToString() != paid.Value.PaymentId || bill["total"].ToInt64() != paid.Value.Paise)
                .Select(paid => $"bill {paid.Key} was paid by {paid.Value.PaymentId} and is kept as {(known.TryGetValue(paid.Key, out var bill) ? bill.ToString() : "nothing")}"),
        ]);
        Found("a bill is paid once", bills.Count,
        [
            .. bills.Where(bill => Payments(bill).Count(payment => Text(payment, "state") == "Succeeded") != (Text(bill, "state") == "Paid" ? 1 : 0))
                .Select(bill => $"{Text(bill, "_id")} ({Text(bill, "state")}) has payments {bill["payments"]}"),
        ]);
    }

    private void Books()
    {
        var entries = bills.SelectMany(bill => bill["entries"].AsBsonArray.Select(entry => entry.AsBsonDocument)).ToList();
        Found("every entry's debits equal its credits", entries.Count,
            [.. entries.Where(entry => Sum(entry, "Debit") != Sum(entry, "Credit") || Sum(entry, "Debit") <= 0).Select(entry => entry.ToString())]);
        Found("each movement is entered once", entries.Count,
        [
            .. entries.GroupBy(entry => Text(entry, "_id")).Where(group => group.Count() > 1).Select(group => $"{group.Key} stands {group.Count()} times"),
            .. PaidBills.Where(bill => bill["entries"].AsBsonArray.Count != 1).Select(bill => $"{Text(bill, "_id")} is paid and has {bill["entries"].AsBsonArray.Count} entries"),
        ]);
    }

    private void Receipts()
    {
        var violations = PaidBills.Where(bill => Number(bill) is null).Select(bill => $"{Text(bill, "_id")} is paid and its receipt has no number").ToList();
        var numbers = PaidBills.Select(Number).OfType<string>().ToList();
        violations.AddRange(numbers.GroupBy(number => number).Where(group => group.Count() > 1).Select(group => $"{group.Key} stands on {group.Count()} receipts"));
        foreach (var series in stores["payment"].All("number_series"))
        {
            var given = numbers.Where(number => number.Contains($"/{Text(series, "year")}/", StringComparison.Ordinal))
                .Select(number => int.Parse(number[(number.LastIndexOf('/') + 1)..], System.Globalization.CultureInfo.InvariantCulture)).ToHashSet();
            var last = series["last"].ToInt32();
            violations.AddRange(Enumerable.Range(1, last).Where(number => !given.Contains(number)).Select(number => $"number {number} of {Text(series, "year")} is on no receipt (the last is {last}); series: {series}"));
            violations.AddRange(given.Where(number => number > last).Select(number => $"number {number} of {Text(series, "year")} is beyond the last, {last}"));
        }
        Found("one number for each receipt, without a gap", numbers.Count, violations);

        static string? Number(BsonDocument bill) => bill["receipt"].AsBsonDocument.GetValue("number", BsonNull.Value) is BsonString number ? number.Value : null;
    }

    private void Slots()
    {
        var known = visits.Select(visit => Text(visit, "_id")).ToHashSet();
        Found("every acknowledged visit is kept", journal.Visits.Count, [.. journal.Visits.Keys.Where(id => !known.Contains(id)).Select(id => $"{id} is nowhere")]);
        var held = visits.Where(visit => visit.Contains("heldBy")).ToList();
        Found("a slot holds one visit, a seat too, and a call has one", held.Count,
        [
            .. held.GroupBy(visit => $"{Text(visit, "heldBy")} at {visit["startsAt"]}").Where(group => group.Count() > 1).Select(group => $"{group.Key}: {Ids(group)}"),
            .. held.GroupBy(visit => Text(visit, "seat")).Where(group => group.Count() > 1).Select(group => $"seat {group.Key}: {Ids(group)}"),
            .. held.GroupBy(visit => Text(visit, "openCall")).Where(group => group.Count() > 1).Select(group => $"call {group.Key}: {Ids(group)}"),
        ]);
    }

    private void Handled(IReadOnlyList<Queue> queues)
    {
        Found("no event waits, in no outbox and in no queue", queues.Count,
        [
            .. stores.Unsent > 0 ? [$"{stores.Unsent} unsent"] : Array.Empty<string>(),
            .. queues.Where(queue => queue.Messages != 0).Select(queue => $"{queue.Name} holds {queue.Messages}"),
        ]);
        Found("no event was given up on", queues.Count,
        [
            .. stores.Parked,
            .. stores.DeadLetters.Where(letter => letter.State != "Handled").Select(letter => $"{letter.Service}: {letter.State} dead letter {letter.Document}"),
        ]);

        var byApplication = applications.ToDictionary(application => Text(application, "_id"));
        var violations = new List<string>();
        foreach (var bill in bills)
        {
            if (!byApplication.TryGetValue(Text(bill, "applicationId"), out var application))
                continue;
            if (application.GetValue("bill", BsonNull.Value).IsBsonNull)
                violations.Add($"{Text(bill, "applicationId")} has not heard of its bill");
            if (Text(bill, "state") == "Paid" && (application.GetValue("receipt", BsonNull.Value).IsBsonNull || application.GetValue("clock", BsonNull.Value).IsBsonNull || Text(application, "state") == "Submitted"))
                violations.Add($"{Text(bill, "applicationId")} is paid and its clock does not run: {Text(application, "state")}");
        }
        Found("the application hears of its bill and of its payment", bills.Count, violations);

        var decided = applications.Where(application => Text(application, "state") == "Approved").Select(application => Text(application, "_id")).ToHashSet();
        var counted = stores["catalogue"].All("decisions").Select(decision => Text(decision, "_id")).ToHashSet();
        Found("every acknowledged decision is kept, and counted once in the public figures", decided.Count,
        [
            .. journal.Decisions.Keys.Where(id => !decided.Contains(id)).Select(id => $"{id} was approved and is {(byApplication.TryGetValue(id, out var application) ? Text(application, "state") : "nowhere")}"),
            .. decided.Except(counted).Select(id => $"{id} is decided and not counted"),
            .. counted.Except(decided).Select(id => $"{id} is counted and not decided"),
        ]);
    }

    private void Told()
    {
        // Each of these is told once for each application, each named by its tracking number or its receipt.
        var told = messages.GroupBy(message => (Template: Text(message, "template"), Of: Parameter(message, "tracking") ?? Parameter(message, "receipt") ?? Text(message, "_id")))
            .ToDictionary(group => group.Key, group => group.ToList());
        var violations = told.Where(group => group.Key.Template is ("application-submitted" or "bill-issued" or "application-acknowledged" or "payment-received" or "application-approved" or "certificate-issued") && group.Value.Count > 1)
            .Select(group => $"{group.Key} was told {group.Value.Count} times").ToList();
        foreach (var application in Submitted)
        {
            var tracking = Text(application, "trackingNumber");
            string[] expected = Text(application, "state") == "Approved" ? ["application-submitted", "bill-issued", "application-approved", "certificate-issued"] : ["application-submitted", "bill-issued"];
            violations.AddRange(expected.Where(template => !told.ContainsKey((template, tracking))).Select(template => $"{template} of {tracking} was not told"));
        }
        foreach (var bill in PaidBills)
        {
            if (!told.ContainsKey(("application-acknowledged", Text(bill, "trackingNumber"))))
                violations.Add($"application-acknowledged of {Text(bill, "trackingNumber")} was not told");
            if (bill["receipt"].AsBsonDocument.GetValue("number", "").ToString() is { Length: > 0 } number && !told.ContainsKey(("payment-received", number)))
                violations.Add($"payment-received of {number} was not told");
        }
        var scheduled = messages.Where(message => Text(message, "template") == "visit-scheduled").GroupBy(message => Text(message, "about")).ToDictionary(group => group.Key, group => group.Count());
        violations.AddRange(visits.Where(visit => scheduled.GetValueOrDefault(Text(visit, "_id")) != 1).Select(visit => $"visit {Text(visit, "_id")} was told {scheduled.GetValueOrDefault(Text(visit, "_id"))} times"));
        violations.AddRange(messages.Where(message => Text(message, "state") is not ("Sent" or "Superseded")).Select(message => $"{Text(message, "_id")} ({Text(message, "template")}) is {Text(message, "state")}"));
        Found("everyone is told everything once", messages.Count, violations);
    }

    private void Found(string invariant, int looked, IReadOnlyList<string> violations) => findings.Add(new Finding(
        invariant, looked, violations.Count <= MostToldOf ? violations : [.. violations.Take(MostToldOf), $"and {violations.Count - MostToldOf} more"]));

    private static IEnumerable<KeyValuePair<string, T>> Sample<T>(IEnumerable<KeyValuePair<string, T>> all, int most)
    {
        var list = all.ToList();
        return list.Where((_, at) => list.Count <= most || at % (list.Count / most) == 0);
    }

    private static IEnumerable<BsonDocument> Payments(BsonDocument bill) => bill["payments"].AsBsonArray.Select(payment => payment.AsBsonDocument);

    private static long Sum(BsonDocument entry, string side) =>
        entry["lines"].AsBsonArray.Select(line => line.AsBsonDocument).Where(line => Text(line, "side") == side).Sum(line => line["paise"].ToInt64());

    private static string? Parameter(BsonDocument message, string name) =>
        message["parameters"].AsBsonDocument.TryGetValue(name, out var value) ? value.AsString : null;

    private static string Ids(IEnumerable<BsonDocument> documents) => string.Join(", ", documents.Select(document => Text(document, "_id")));

    private static string Text(BsonDocument document, string name) => document.TryGetValue(name, out var value) && value is BsonString text ? text.Value : "";
}
