using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace EServices.Local.Demo;

/// <summary>One step of the journey, as it is told.</summary>
/// <param name="Actor">Who acted: citizen, helpline, operator, officer, anyone.</param>
/// <param name="Saw">What the citizen, or whoever acted, saw.</param>
/// <param name="TraceId">The trace that joins everything this step set off.</param>
internal sealed record JourneyStep(string Name, string Actor, string Saw, string TraceId, long Milliseconds);

/// <summary>
/// From a call to the helpline to a certificate in hand, through the gateway alone, as front ends do it. Every step checks what it sees; a step that does not hold throws.
/// Nothing of the outcome is known here beforehand: service, fee, slot, operator, officer and dates are what the platform answers.
/// </summary>
internal sealed class Journey
{
    private const string Name = "रुबीना अख़्तर";

    private readonly HttpClient gateway;
    private readonly Func<JourneyStep, Task> told;
    private readonly JourneyClient client;
    private readonly Cast cast;
    private readonly string mobile = $"+919{Random.Shared.NextInt64(100_000_000, 999_999_999)}";

    private string helpline = "";
    private string visitor = "";
    private JsonObject address = [];
    private JsonObject call = [];
    private JsonObject service = [];
    private JsonObject quote = [];
    private JsonObject slot = [];
    private JsonObject visit = [];
    private JsonObject application = [];
    private JsonObject certificate = [];
    private long onlineBefore;
    private long decisionsBefore;
    private string dayBefore = "";

    public Journey(HttpClient gateway, Func<JourneyStep, Task> told)
    {
        (this.gateway, this.told) = (gateway, told);
        client = new JourneyClient(gateway);
        cast = new Cast(client, gateway);
    }

    public async Task RunAsync()
    {
        await StepAsync("Call to the helpline", "helpline", ReceiveCallAsync);
        await StepAsync("Caller's number confirmed", "citizen", ConfirmNumberAsync);
        await StepAsync("Service found by a Hindi word", "helpline", FindServiceAsync);
        await StepAsync("Documents checked one by one", "helpline", CheckDocumentsAsync);
        await StepAsync("Address matched", "helpline", MatchAddressAsync);
        await StepAsync("Total quoted", "helpline", QuoteAsync);
        await StepAsync("Slot held and operator assigned", "helpline", HoldSlotAsync);
        await StepAsync("Operator arrives", "operator", ArriveAsync);
        await StepAsync("One-time code confirms the total", "citizen", ConfirmTotalAsync);
        await StepAsync("Form filled in at the door", "operator", FillInFormAsync);
        await StepAsync("Documents handed in", "operator", HandInDocumentsAsync);
        await StepAsync("Application submitted", "operator", SubmitAsync);
        await StepAsync("Cash taken, receipt given", "operator", PayAsync);
        await StepAsync("Acknowledged with a due date", "citizen", ReadAcknowledgementAsync);
        await StepAsync("Officer approves", "officer", ApproveAsync);
        await StepAsync("Certificate in hand", "citizen", FetchCertificateAsync);
        await StepAsync("Certificate verified offline", "anyone", VerifyOfflineAsync);
        await StepAsync("Public figures count it", "anyone", ReadStatisticsAsync);
    }

    private async Task StepAsync(string name, string actor, Func<Task<string>> act)
    {
        client.BeginTrace();
        var watch = Stopwatch.StartNew();
        string saw;
        try
        {
            saw = await act();
        }
        catch (Exception failure)
        {
            throw new JourneyException(name, client.TraceId, failure);
        }
        await told(new JourneyStep(name, actor, saw, client.TraceId, watch.ElapsedMilliseconds));
    }

    private async Task<string> ReceiveCallAsync()
    {
        var figures = await client.GetAsync("/api/v1/statistics/services");
        (onlineBefore, decisionsBefore, dayBefore) = (Number(figures, "online"), Number(figures, "decisionsToday"), Text(figures, "today"));
        helpline = await cast.TokenAsync(await cast.FindAsync("helpline"));
        call = await client.PostAsync("/api/v1/calls", helpline, new JsonObject { ["from"] = mobile, ["language"] = "hi", ["channel"] = "phone" }, key: true);
        return $"The call is on record as {Text(call, "id")}, still to do: {Unready(call)}";
    }

    private async Task<string> ConfirmNumberAsync()
    {
        var message = await MessageAsync("otp-call-confirm");
        call = await ActOnCallAsync("confirm-number", new JsonObject { ["code"] = CodeIn(message) }, "number-confirmed");
        call = await ActOnCallAsync("name", new JsonObject { ["name"] = Name }, "caller-named");
        return $"“{Text(message, "text")}” — and read the code back";
    }

    private async Task<string> FindServiceAsync()
    {
        const string Said = "अधिवास प्रमाण पत्र";
        var found = await client.GetAsync($"/api/v1/services?q={Uri.EscapeDataString(Said)}&lang=hi&channel=doorstep&limit=5");
        var first = Expect(found["items"]!.AsArray().FirstOrDefault() as JsonObject, $"a service for “{Said}”");
        service = await client.GetAsync($"/api/v1/services/{Text(first, "id")}?lang=en");
        call = await ActOnCallAsync("choose-service", new JsonObject { ["serviceId"] = Text(service, "id") }, "service-chosen");
        return $"“{Said}” finds {Text(service, "id")} of {Text(service, "departmentId")}";
    }

    private async Task<string> CheckDocumentsAsync()
    {
        var names = new List<string>();
        foreach (var document in MandatoryDocuments())
        {
            call = await ActOnCallAsync("confirm-document", new JsonObject { ["documentId"] = document }, null);
            names.Add(document);
        }
        Hold(Check(call, "documents-confirmed"), $"all documents confirmed, but: {Unready(call)}");
        return $"Has at hand: {string.Join(", ", names)}";
    }

    private async Task<string> MatchAddressAsync()
    {
        address = await cast.AddressAsync(helpline);
        call = await ActOnCallAsync("set-address", address.DeepClone(), "address-matched");
        return $"{Text(address, "line")}, {Text(address, "pincode")}: matched to tehsil {Text(address, "tehsilCode")} of district {Text(address, "districtCode")}";
    }

    private async Task<string> QuoteAsync()
    {
        quote = await client.PostAsync($"/api/v1/services/{Text(service, "id")}/quote", helpline,
            new JsonObject { ["channel"] = "doorstep", ["callId"] = Text(call, "id"), ["districtCode"] = Text(address, "districtCode") });
        var lines = quote["lines"]!.AsArray().Select(line => Number(line!.AsObject(), "paise")).ToList();
        Hold(lines.Sum() == Number(quote, "totalPaise"), $"the lines sum up to the total: {quote.ToJsonString()}");
        call = await client.UntilAsync($"/api/v1/calls/{Text(call, "id")}", helpline, now => Check(now, "total-quoted"), "the quote to reach the call");
        Hold(Unready(call).Length == 0, $"the call is ready for a visit, but: {Unready(call)}");
        return $"{Rupees(Number(quote, "totalPaise"))} in {lines.Count} lines, and not a rupee more";
    }

    private async Task<string> HoldSlotAsync()
    {
        var slots = (await client.GetAsync($"/api/v1/slots?callId={Text(call, "id")}", helpline))["items"]!.AsArray();
        slot = Expect(slots.FirstOrDefault() as JsonObject, "a slot");
        visit = await client.PostAsync("/api/v1/visits", helpline, new JsonObject { ["callId"] = Text(call, "id"), ["slotId"] = Text(slot, "id") }, key: true);
        var message = await MessageAsync("visit-scheduled");
        Hold(Text(message, "text").Contains(RupeeDigits(Number(quote, "totalPaise")), StringComparison.Ordinal), $"the citizen is told the exact total: {Text(message, "text")}");
        return $"“{Text(message, "text")}”";
    }

    private async Task<string> ArriveAsync()
    {
        var coming = Text(visit["operator"]!.AsObject(), "name");
        var email = await cast.FindAsync("operator", person => (string?)person["name"] == coming);
        await AdvanceClockToAsync(DateTimeOffset.Parse(Text(visit, "startsAt"), System.Globalization.CultureInfo.InvariantCulture));
        visitor = await cast.TokenAsync(email);
        foreach (var (action, state) in new[] { ("accept", "accepted"), ("depart", "onTheWay"), ("arrive", "arrived") })
            visit = await ActOnVisitAsync(action, null, state);
        return $"{coming} is at the door";
    }

    private async Task<string> ConfirmTotalAsync()
    {
        var message = await MessageAsync("otp-visit");
        Hold(Text(message, "text").Contains(RupeeDigits(Number(quote, "totalPaise")), StringComparison.Ordinal), $"the code's message names the total: {Text(message, "text")}");
        visit = await ActOnVisitAsync("confirm", new JsonObject { ["code"] = CodeIn(message), ["totalPaise"] = Number(quote, "totalPaise") }, "confirmed");
        return $"“{Text(message, "text")}”";
    }

    private async Task<string> FillInFormAsync()
    {
        application = await client.PostAsync("/api/v1/applications", visitor, new JsonObject
        {
            ["serviceId"] = Text(service, "id"),
            ["channel"] = "doorstep",
            ["visitId"] = Text(visit, "id"),
            ["citizen"] = new JsonObject { ["mobile"] = mobile, ["name"] = Name, ["language"] = "hi" },
            ["districtCode"] = Text(address, "districtCode"),
            ["tehsilCode"] = Text(address, "tehsilCode"),
        }, key: true);
        var schema = service["formSchema"]!.AsObject();
        var form = SampleForm.For(schema);
        var kept = await client.PutAsync($"/api/v1/applications/{Text(application, "id")}/form", visitor, form);
        foreach (var pointer in kept["missing"]!.AsArray())
            SampleForm.Answer(form, schema, (string)pointer!);
        if ((bool?)kept["complete"] != true)
            kept = await client.PutAsync($"/api/v1/applications/{Text(application, "id")}/form", visitor, form);
        Hold((bool?)kept["complete"] == true, $"a complete form: {kept.ToJsonString()}");
        return $"{form.Count} answers, written down by the operator and read out to the citizen";
    }

    private async Task<string> HandInDocumentsAsync()
    {
        var photo = Encoding.ASCII.GetBytes("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");
        var documents = MandatoryDocuments();
        foreach (var document in documents)
            await client.UploadAsync($"/api/v1/applications/{Text(application, "id")}/documents?type={document}", visitor, photo, "application/pdf");
        return $"{documents.Count} documents, each with its SHA-256 kept";
    }

    private async Task<string> SubmitAsync()
    {
        application = await client.PostAsync($"/api/v1/applications/{Text(application, "id")}/submit", visitor, null, key: true);
        var tracked = await client.GetAsync($"/api/v1/track/{Text(application, "trackingNumber")}");
        return $"Tracking number {Text(application, "trackingNumber")}, which anyone can follow: {Text(tracked, "state")}";
    }

    private async Task<string> PayAsync()
    {
        var bills = await client.UntilAsync($"/api/v1/bills?applicationId={Text(application, "id")}", visitor, seen => seen["items"]!.AsArray().Count > 0, "the bill");
        var bill = bills["items"]![0]!.AsObject();
        Hold(Number(bill, "totalPaise") == Number(quote, "totalPaise"), $"the bill is what was confirmed: {bill.ToJsonString()}");
        var payment = await client.PostAsync("/api/v1/payments", visitor, new JsonObject { ["billId"] = Text(bill, "id"), ["method"] = "cash" }, key: true);
        var message = await MessageAsync("payment-received");
        return $"“{Text(message, "text")}” ({Text(payment, "receiptId")})";
    }

    private async Task<string> ReadAcknowledgementAsync()
    {
        application = await client.UntilAsync($"/api/v1/applications/{Text(application, "id")}", visitor, seen => seen["clock"]?["dueOn"] is not null, "the acknowledgement");
        await ActOnVisitAsync("complete", new JsonObject { ["applicationId"] = Text(application, "id") }, "completed");
        var message = await MessageAsync("application-acknowledged");
        return $"“{Text(message, "text")}”";
    }

    private async Task<string> ApproveAsync()
    {
        // The officer whom the law names for this service, where the citizen lives.
        var office = $"tehsil:{Text(address, "tehsilCode")}";
        var designation = Text(service["timeLimit"]!.AsObject(), "designatedOfficer");
        var officer = await cast.TokenAsync(await cast.FindAsync("officer",
            person => (string?)person["lgd"] == office && ((string?)person["name"])!.StartsWith(designation, StringComparison.Ordinal)));
        var mine = await client.UntilAsync("/api/v1/applications?limit=100", officer,
            seen => seen["items"]!.AsArray().Any(item => (string?)item!["id"] == Text(application, "id")), "the application in the officer's work list");
        application = await client.ActAsync($"/api/v1/applications/{Text(application, "id")}", "approve", officer, new JsonObject { ["remarks"] = "Verified with the revenue record." },
            now => Text(now, "state") == "approved");
        Hold(Text(application, "state") == "approved", $"approved: {application.ToJsonString()}");
        return $"One of {mine["items"]!.AsArray().Count} on the work list, decided in time";
    }

    private async Task<string> FetchCertificateAsync()
    {
        var message = await MessageAsync("certificate-issued");
        var citizen = await JourneyClient.PatientlyAsync(() => SignIn.CitizenAsync(gateway, mobile, async () => CodeIn(await MessageAsync("otp-sign-in"))));
        certificate = await client.UntilAsync($"/api/v1/applications/{Text(application, "id")}/certificate", citizen, _ => true, "the certificate");
        Hold(Text(certificate, "qrSvg").Contains("<svg", StringComparison.Ordinal), "a QR code to print");
        return $"“{Text(message, "text")}”";
    }

    private async Task<string> VerifyOfflineAsync()
    {
        var keys = await client.GetAsync("/.well-known/jwks.json");
        var claims = OfflineVerifier.Verify(Text(certificate, "jws"), keys);
        var answer = await client.PostAsync("/api/v1/certificates/verify", null, new JsonObject { ["certificate"] = Text(certificate, "jws") });
        Hold((bool?)answer["valid"] == true, $"the platform says the same: {answer.ToJsonString()}");
        return $"Signature good with the published key {OfflineVerifier.KeyId(Text(certificate, "jws"))}; holder {Text(claims, "holder")}";
    }

    private async Task<string> ReadStatisticsAsync()
    {
        // The count of a day begins anew with the day, and the journey may have gone on to a later one.
        var figures = await client.UntilAsync("/api/v1/statistics/services", null,
            seen => Number(seen, "decisionsToday") > (Text(seen, "today") == dayBefore ? decisionsBefore : 0), "the decision to be counted");
        Hold(Number(figures, "online") == onlineBefore && onlineBefore > 0, $"the number of online services: {figures.ToJsonString()}");
        return $"{Number(figures, "online")} services online, {Number(figures, "decisionsToday")} decided today";
    }

    private async Task<JsonObject> ActOnCallAsync(string action, JsonNode body, string? check)
    {
        var changed = await client.ActAsync($"/api/v1/calls/{Text(call, "id")}", action, helpline, body, now => check is null || Check(now, check));
        Hold(check is null || Check(changed, check), $"{check} after {action}: {changed.ToJsonString()}");
        return changed;
    }

    private async Task<JsonObject> ActOnVisitAsync(string action, JsonNode? body, string state)
    {
        var changed = await client.ActAsync($"/api/v1/visits/{Text(visit, "id")}", action, visitor, body, now => Text(now, "state") == state);
        Hold(Text(changed, "state") == state, $"{state} after {action}: {changed.ToJsonString()}");
        return changed;
    }

    /// <summary>The newest message of a template to the citizen, from the sandbox's outbox.</summary>
    private async Task<JsonObject> MessageAsync(string template)
    {
        var seen = await client.UntilAsync($"/sandbox/messages?to={Uri.EscapeDataString(mobile)}", null, page => Find(page) is not null, $"the message {template}");
        return Find(seen)!;

        JsonObject? Find(JsonObject page) => page["items"]!.AsArray().Select(item => item!.AsObject()).FirstOrDefault(item => Text(item, "template") == template);
    }

    private async Task AdvanceClockToAsync(DateTimeOffset moment)
    {
        // Services tell what time the sandbox has; the visit is where it is due, however far away that is.
        var now = DateTimeOffset.Parse(Text(await client.GetAsync("/api/v1/statistics/services"), "asOf"), System.Globalization.CultureInfo.InvariantCulture);
        if (moment > now)
            await client.PostAsync("/sandbox/clock/advance", null, new JsonObject { ["by"] = System.Xml.XmlConvert.ToString(TimeSpan.FromSeconds(Math.Ceiling((moment - now).TotalSeconds))) });
    }

    private List<string> MandatoryDocuments() =>
        [.. service["documents"]!.AsArray().Select(item => item!.AsObject()).Where(item => (bool?)item["mandatory"] == true).Select(item => Text(item, "documentId"))];

    private static string CodeIn(JsonObject message) => Expect((string?)message["parameters"]?["code"], "a code in the message's parameters");

    private static bool Check(JsonObject call, string check) =>
        call["readiness"]!.AsArray().Any(item => (string?)item!["check"] == check && (bool?)item["ok"] == true);

    private static string Unready(JsonObject call) =>
        string.Join(", ", call["readiness"]!.AsArray().Where(item => (bool?)item!["ok"] != true).Select(item => (string?)item!["check"]));

    private static string Text(JsonObject from, string name) => Expect((string?)from[name], $"'{name}' in {from.ToJsonString()}");

    private static long Number(JsonObject from, string name) => (long?)from[name] ?? throw new InvalidOperationException($"Expected '{name}' in {from.ToJsonString()}");

    private static string Rupees(long paise) => $"₹{RupeeDigits(paise)}";

    private static string RupeeDigits(long paise) => (paise / 100m).ToString(paise % 100 == 0 ? "0" : "0.00", System.Globalization.CultureInfo.InvariantCulture);

    private static T Expect<T>(T? value, string what)
        where T : class => value ?? throw new InvalidOperationException($"Expected {what}");

    private static void Hold(bool condition, string what)
    {
        if (!condition)
            throw new InvalidOperationException($"Expected {what}");
    }
}

/// <summary>A step of the journey did not hold.</summary>
internal sealed class JourneyException(string step, string traceId, Exception inner)
    : Exception($"“{step}” did not hold (trace {traceId}): {inner.Message}", inner)
{
    public string Step { get; } = step;

    public string TraceId { get; } = traceId;
}
