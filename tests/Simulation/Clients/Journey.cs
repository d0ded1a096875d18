using System.Text;
using System.Text.Json.Nodes;
using EServices.Local.Demo;
using EServices.Payment.Providers;
using EServices.Platform.Packs;
using EServices.Simulation.Running;

namespace EServices.Simulation.Clients;

/// <summary>What journeys have in common: the people, the state, and the steps that several of them take.</summary>
internal sealed class Cast(World world, StatePack pack, Promises promises, int number)
{
    /// <summary>Shared with the only payment provider there is.</summary>
    public const string ProviderSecret = "whsec_c2ltdWxhdGVkLXNlY3JldC1vZi0zMi1ieXRlcy0hIQ==";

    public const string Provider = "bank";

    private static readonly byte[] Paper = Encoding.ASCII.GetBytes("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");

    private int notices;

    public World World { get; } = world;

    public StatePack Pack { get; } = pack;

    public Promises Promises { get; } = promises;

    public string Mobile { get; } = $"+9199060000{number:00}";

    public Person Citizen { get; } = Person.Citizen(world, $"+9199060000{number:00}");

    public Person Helpline { get; } = Person.Staff(world, "helpline", $"helpline {number}");

    public Person Officer { get; } = Person.Staff(world, "officer", $"officer {number}");

    public Person Manager { get; } = Person.Staff(world, "catalogue-manager", $"manager {number}");

    public Person Bank { get; } = Person.Staff(world, "provider", $"bank {number}");

    public int Will(int count) => World.Choices.Will(count);

    public static GaveUpException GiveUp() => new();

    /// <summary>A draft, filled in and with its papers, handed in.</summary>
    public async Task<string> SubmitAsync(Person applicant, ServiceDefinition service, string channel, string? visitId = null)
    {
        var begun = await applicant.CreateAsync("application", "/api/v1/applications", new JsonObject
        {
            ["serviceId"] = service.Id,
            ["channel"] = channel,
            ["visitId"] = visitId,
            ["citizen"] = new JsonObject { ["mobile"] = Mobile, ["name"] = "Rubina Akhtar", ["language"] = "hi" },
        });
        if (!begun.Ok)
            throw GiveUp();
        var id = (string)begun.Json["id"]!;
        Promises.Drafts.Add(id);

        var schema = JsonNode.Parse(Pack.Forms[service.Form].Json)!.AsObject();
        var form = SampleForm.For(schema);
        for (var round = 0; round < 3; round++)
        {
            var kept = await applicant.PutAsync("application", $"/api/v1/applications/{id}/form", form);
            if (!kept.Ok)
                throw new InvalidOperationException($"The sample form of {service.Id} was refused: {kept}");
            if ((bool?)kept.Json["complete"] == true)
                break;
            foreach (var pointer in kept.Json["missing"]!.AsArray())
                SampleForm.Answer(form, schema, (string)pointer!);
        }
        foreach (var asked in service.Documents.Where(asked => asked.Mandatory))
            await applicant.SendFileAsync("application", $"/api/v1/applications/{id}/documents?type={asked.Document}", Paper, "application/pdf");

        var submitted = await applicant.CreateAsync("application", $"/api/v1/applications/{id}/submit", null);
        if (!submitted.Ok)
            throw new InvalidOperationException($"{id} for {service.Id} could not be handed in: {submitted}");
        Promises.Submitted[id] = (string)submitted.Json["trackingNumber"]!;
        return id;
    }

    public async Task<string> BillOfAsync(Person applicant, string id)
    {
        var billed = await applicant.UntilAsync("application", $"/api/v1/applications/{id}", seen => seen["bill"] is JsonObject || (string?)seen["state"] == "withdrawn");
        return (string?)billed?["bill"]?["billId"] ?? throw GiveUp();
    }

    /// <summary>Begins a payment by UPI, and has the bank tell of it, as often as it likes.</summary>
    public async Task PayByUpiAsync(string billId)
    {
        var begun = await Citizen.CreateAsync("payment", "/api/v1/payments", new JsonObject { ["billId"] = billId, ["method"] = "upi" });
        if (!begun.Ok)
            return;
        var paymentId = (string)begun.Json["id"]!;
        var amount = (long)begun.Json["amountPaise"]!;
        if (Will(5) == 1)
            await TellAsync(paymentId, "payment.failed", amount);
        await TellAsync(paymentId, "payment.succeeded", amount);
        Promises.ProviderPaid[paymentId] = billId;
    }

    public async Task PayInCashAsync(Person @operator, string billId)
    {
        var paid = await @operator.CreateAsync("payment", "/api/v1/payments", new JsonObject { ["billId"] = billId, ["method"] = "cash" });
        if (paid.Ok)
            Promises.CashTaken[(string)paid.Json["id"]!] = billId;
    }

    public async Task<bool> DecideAsync(string id, bool approve)
    {
        var resource = $"/api/v1/applications/{id}";
        var decided = await Officer.ActAsync("application", resource, approve ? "approve" : "reject",
            new JsonObject { ["reason"] = "The record says otherwise.", ["remarks"] = "Verified." }, seen => (string?)seen["state"] == (approve ? "approved" : "rejected"));
        if (decided is not null)
            Promises.Decided[id] = approve;
        return decided is not null;
    }

    /// <summary>The code in the newest message of a template, once it has come; null when it does not come in time.</summary>
    public async Task<string?> CodeAsync(string template, TimeSpan patience)
    {
        var seen = await Citizen.UntilAsync("notification", $"/sandbox/messages?to={Uri.EscapeDataString(Mobile)}", page => Newest(page) is not null, patience);
        return seen is null ? null : (string?)Newest(seen)!["parameters"]?["code"];

        JsonObject? Newest(JsonObject page) => page["items"]!.AsArray().Select(item => item!.AsObject()).FirstOrDefault(item => (string?)item["template"] == template);
    }

    private async Task TellAsync(string paymentId, string type, long amount)
    {
        var notice = $"notice-{number}-{++notices}";
        var body = Encoding.UTF8.GetBytes(new JsonObject
        {
            ["type"] = type,
            ["data"] = new JsonObject { ["paymentId"] = paymentId, ["amountPaise"] = amount, ["reference"] = $"utr-{number}", ["reason"] = "no answer" },
        }.ToJsonString());
        var secret = WebhookSecret.Parse(ProviderSecret);
        var times = 1 + Will(3);
        for (var time = 0; time < times; time++)
        {
            var told = await Bank.AskAsync("payment", "POST", $"/api/v1/payments/providers/{Provider}/webhook", body, "application/json", null, () =>
            {
                var signature = WebhookSignature.Of(notice, World.Clock.GetUtcNow(), body, secret);
                return new Dictionary<string, string> { ["webhook-id"] = signature.Id, ["webhook-timestamp"] = signature.Timestamp, ["webhook-signature"] = signature.Signatures };
            });
            if (!told.Ok)
                World.Fail($"{Bank.Name}: a good notice of {paymentId} was answered with {told}");
        }
    }
}
