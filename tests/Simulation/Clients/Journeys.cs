using System.Globalization;
using System.Text.Json.Nodes;
using EServices.Contracts;
using EServices.Platform.Packs;

namespace EServices.Simulation.Clients;

/// <param name="FromNothing">Begins with empty stores: the services start for the first time in it.</param>
internal sealed record Journey(string Name, Func<Cast, Task> RunAsync, bool FromNothing = false)
{
    public override string ToString() => Name;
}

/// <summary>Whole ways of people through all services. Each ends by itself, in success or when the person goes no further.</summary>
internal static class Journeys
{
    public static readonly IReadOnlyList<Journey> All =
    [
        new("web", WebAsync), new("free", FreeAsync), new("withdrawal", WithdrawalAsync), new("doorstep", DoorstepAsync), new("visits", VisitsAsync),
        new("launch", LaunchAsync, FromNothing: true),
    ];

    public static Journey Named(string name) => All.FirstOrDefault(journey => journey.Name == name)
        ?? throw new ArgumentException($"There is no journey '{name}'; there are: {string.Join(", ", All)}.", nameof(name));

    private static ServiceDefinition Paid(Cast cast) => cast.Pack.Services.First(service => service.Offers(Channel.Online) && !State.IsFree(cast.Pack, service));

    /// <summary>On the web: handed in, billed, paid, acknowledged, perhaps sent back and mended, decided.</summary>
    private static async Task WebAsync(Cast cast)
    {
        var id = await cast.SubmitAsync(cast.Citizen, Paid(cast), "online");
        var bill = await cast.BillOfAsync(cast.Citizen, id);
        await cast.PayByUpiAsync(bill);
        // Some pay twice; then the second is for their refund.
        if (cast.Will(6) == 1)
            await cast.PayByUpiAsync(bill);
        await ReviewedAsync(cast, id);
    }

    /// <summary>Nothing to pay: bill, settlement and receipt come of the submission alone.</summary>
    private static async Task FreeAsync(Cast cast)
    {
        var service = cast.Pack.Services.First(service => service.Offers(Channel.Online) && State.IsFree(cast.Pack, service));
        await ReviewedAsync(cast, await cast.SubmitAsync(cast.Citizen, service, "online"));
    }

    private static async Task ReviewedAsync(Cast cast, string id)
    {
        var resource = $"/api/v1/applications/{id}";
        if (await cast.Citizen.UntilAsync("application", resource, seen => (string?)seen["state"] == "underReview") is null)
            throw Cast.GiveUp();
        if (cast.Will(4) == 1)
        {
            var sent = await cast.Officer.ActAsync("application", resource, "send-back",
                new JsonObject { ["reason"] = "The name is not as in the record.", ["fields"] = new JsonArray("/applicantName") }, seen => (string?)seen["state"] == "sentBack");
            if (sent is not null && await cast.Citizen.ActAsync("application", resource, "resubmit", null, seen => (string?)seen["state"] == "underReview") is null)
                throw Cast.GiveUp();
        }
        if (!await cast.DecideAsync(id, approve: cast.Will(3) != 1))
            cast.World.Fail($"{id} is under review, and could not be decided.");
    }

    /// <summary>Withdrawn at some moment: before the bill is known, before or after it is paid.</summary>
    private static async Task WithdrawalAsync(Cast cast)
    {
        var id = await cast.SubmitAsync(cast.Citizen, Paid(cast), "online");
        var moment = cast.Will(3);
        var paying = Task.CompletedTask;
        if (moment > 0)
        {
            var bill = await cast.BillOfAsync(cast.Citizen, id);
            paying = cast.PayByUpiAsync(bill);
            if (moment == 2)
                await paying;
        }
        var withdrawn = await cast.Citizen.ActAsync("application", $"/api/v1/applications/{id}", "withdraw", null, seen => (string?)seen["state"] == "withdrawn");
        if (withdrawn is not null)
            cast.Promises.Withdrawn.Add(id);
        await paying;
    }

    /// <summary>A call to the helpline, a visit at the door, cash for the bill, a decision.</summary>
    private static async Task DoorstepAsync(Cast cast)
    {
        var (callId, service, total) = await ReadyCallAsync(cast);
        var visit = await BookAsync(cast, callId) ?? throw Cast.GiveUp();
        var (visitId, resource) = ((string)visit["id"]!, $"/api/v1/visits/{(string)visit["id"]!}");
        var visitor = OperatorOf(cast, visit);
        await AtTheDoorAsync(cast, visitor, visit);
        var code = await VisitCodeAsync(cast, visitor, resource);
        if (cast.Will(8) == 1)
            await visitor.PostAsync("dispatch", $"{resource}/actions/confirm", new JsonObject { ["code"] = code, ["totalPaise"] = total + 5000 });
        var confirmed = await visitor.ActAsync("dispatch", resource, "confirm", new JsonObject { ["code"] = code, ["totalPaise"] = total }, seen => (string?)seen["state"] == "confirmed");
        if (confirmed is null)
            throw Cast.GiveUp();
        cast.Promises.Confirmed.Add(visitId);

        var id = await cast.SubmitAsync(visitor, service, "doorstep", visitId);
        await cast.PayInCashAsync(visitor, await cast.BillOfAsync(visitor, id));
        await visitor.ActAsync("dispatch", resource, "complete", new JsonObject { ["applicationId"] = id }, seen => (string?)seen["state"] == "completed");
        await ReviewedAsync(cast, id);
    }

    /// <summary>Visits that are moved, cancelled, declined, or to which nobody comes or opens.</summary>
    private static async Task VisitsAsync(Cast cast)
    {
        var (callId, _, _) = await ReadyCallAsync(cast);
        var visit = await BookAsync(cast, callId) ?? throw Cast.GiveUp();
        var (visitId, resource) = ((string)visit["id"]!, $"/api/v1/visits/{(string)visit["id"]!}");
        var moves = cast.Will(3);
        for (var move = 0; move < moves; move++)
        {
            var slots = (await cast.Helpline.GetAsync("dispatch", $"/api/v1/slots?callId={callId}&limit=5")).Json["items"]!.AsArray();
            var slot = (string)slots[cast.Will(slots.Count)]!["id"]!;
            var at = (DateTimeOffset)slots.First(one => (string)one!["id"]! == slot)!["startsAt"]!;
            var moved = await cast.Helpline.PostAsync("dispatch", $"{resource}/actions/reschedule", new JsonObject { ["slotId"] = slot });
            if (moved.Ok)
                (visit, cast.Promises.Moved[visitId]) = (moved.Json, at.ToString("O", CultureInfo.InvariantCulture));
            else if ((visit = (await cast.Helpline.GetAsync("dispatch", resource)).Json)["startsAt"] is { } shown && (DateTimeOffset)shown! == at)
                cast.World.Fail($"{visitId} was moved to {slot}, and told that it could not be: {moved.Problem}");
        }
        switch (cast.Will(4))
        {
            case 1:
                await OperatorOf(cast, visit).PostAsync("dispatch", $"{resource}/actions/decline", new JsonObject { ["reason"] = "The road is closed." });
                break;
            case 2:
                // Nobody comes: the window goes by.
                await cast.World.Pump.Delay(TimeSpan.FromDays(9));
                await cast.Helpline.UntilAsync("dispatch", resource, seen => (string?)seen["state"] == "missed", TimeSpan.FromDays(1));
                break;
            case 3:
                var visitor = OperatorOf(cast, visit);
                await AtTheDoorAsync(cast, visitor, visit);
                await cast.World.Pump.Delay(TimeSpan.FromMinutes(11));
                await visitor.ActAsync("dispatch", resource, "no-show", null, seen => (string?)seen["state"] == "noShow");
                break;
            default:
                if (await cast.Helpline.ActAsync("dispatch", resource, "cancel", new JsonObject { ["reason"] = "Asked for it." }, seen => (string?)seen["state"] == "cancelled") is not null)
                    cast.Promises.Cancelled.Add(visitId);
                break;
        }
        // The call is open again for another window, where it may be.
        if (cast.Will(2) == 1 && await cast.Helpline.UntilAsync("dispatch", $"/api/v1/calls/{callId}", seen => (string?)seen["state"] == "open", TimeSpan.FromHours(1)) is not null)
            await BookAsync(cast, callId);
    }

    /// <summary>The state's services come into being, are suspended and resumed, and every copy of the catalogue learns of it.</summary>
    private static async Task LaunchAsync(Cast cast)
    {
        var services = cast.Pack.Services.Where(service => service.Status == ServiceStatus.Launched).Take(2).ToList();
        foreach (var service in services)
        {
            if (await cast.Citizen.UntilAsync("catalogue", $"/api/v1/services/{service.Id}", seen => (string?)seen["id"] == service.Id) is null)
                cast.World.Fail($"{service.Id} of the pack never came into being.");
        }
        for (var round = 0; round < 1 + cast.Will(3); round++)
        {
            var service = services[cast.Will(services.Count)];
            await ActOnServiceAsync(cast, service, "suspend", "suspended");
            if (cast.Will(2) == 1)
                await ActOnServiceAsync(cast, service, "resume", "launched");
            if (cast.Will(3) == 1)
                await cast.World.Pump.Delay(TimeSpan.FromDays(1));
        }
    }

    private static async Task ActOnServiceAsync(Cast cast, ServiceDefinition service, string action, string state)
    {
        var answer = await cast.Manager.PostAsync("catalogue", $"/api/v1/catalogue/services/{service.Id}/actions/{action}", new JsonObject { ["reason"] = $"Order {cast.World.Pump.Taken}" });
        if (!answer.Ok)
        {
            var seen = await cast.Manager.GetAsync("catalogue", $"/api/v1/services/{service.Id}");
            if ((string?)seen.Json["state"] != state)
            {
                cast.World.Fail($"{service.Id} should be {state}: {action} was refused with {answer.Problem}, and it shows {(string?)seen.Json["state"] ?? seen.Problem}.");
                return;
            }
        }
        cast.Promises.Launched[service.Id] = action == "resume";
    }

    /// <summary>A call with everything that has to be certain before someone is sent.</summary>
    private static async Task<(string CallId, ServiceDefinition Service, long Total)> ReadyCallAsync(Cast cast)
    {
        var service = cast.Pack.Services.First(service => service.Offers(Channel.Doorstep));
        var received = await cast.Helpline.CreateAsync("dispatch", "/api/v1/calls", new JsonObject { ["from"] = cast.Mobile, ["language"] = "hi", ["answered"] = cast.Will(4) != 1 });
        if (!received.Ok)
            throw Cast.GiveUp();
        var id = (string)received.Json["id"]!;
        cast.Promises.Calls.Add(id);
        var resource = $"/api/v1/calls/{id}";
        if ((string?)received.Json["state"] == "callback")
            await cast.Helpline.ActAsync("dispatch", resource, "answer", null, seen => (string?)seen["state"] == "open");
        await ConfirmNumberAsync(cast, resource);
        await cast.Helpline.ActAsync("dispatch", resource, "name", new JsonObject { ["name"] = "Rubina Akhtar" }, seen => Check(seen, "caller-named"));
        await cast.Helpline.ActAsync("dispatch", resource, "choose-service", new JsonObject { ["serviceId"] = service.Id }, seen => Check(seen, "service-chosen"));
        foreach (var asked in service.Documents.Where(asked => asked.Mandatory))
            await cast.Helpline.PostAsync("dispatch", $"{resource}/actions/confirm-document", new JsonObject { ["documentId"] = asked.Document });
        var address = State.AddressIn(cast.Pack);
        await cast.Helpline.ActAsync("dispatch", resource, "set-address", address, seen => Check(seen, "address-matched"));

        var quoted = await cast.Helpline.PostAsync("payment", $"/api/v1/services/{service.Id}/quote", new JsonObject { ["channel"] = "doorstep", ["callId"] = id });
        if (!quoted.Ok || await cast.Helpline.UntilAsync("dispatch", resource, seen => Check(seen, "total-quoted"), TimeSpan.FromDays(6)) is null)
            throw Cast.GiveUp();
        return (id, service, (long)quoted.Json["totalPaise"]!);
    }

    private static async Task ConfirmNumberAsync(Cast cast, string resource)
    {
        for (var tries = 0; tries < 6; tries++)
        {
            if (await cast.CodeAsync("otp-call-confirm", TimeSpan.FromMinutes(5)) is { } code
                && await cast.Helpline.ActAsync("dispatch", resource, "confirm-number", new JsonObject { ["code"] = code }, seen => Check(seen, "number-confirmed")) is not null)
                return;
            await cast.World.Pump.Delay(TimeSpan.FromMinutes(1));
            await cast.Helpline.PostAsync("dispatch", $"{resource}/actions/resend-code");
        }
        throw Cast.GiveUp();
    }

    /// <summary>One of the best three windows; null when others were quicker in all of them.</summary>
    private static async Task<JsonObject?> BookAsync(Cast cast, string callId)
    {
        for (var tries = 0; tries < 3; tries++)
        {
            var slots = await cast.Helpline.GetAsync("dispatch", $"/api/v1/slots?callId={callId}&limit=3");
            if (!slots.Ok || slots.Json["items"]!.AsArray() is not { Count: > 0 } offered)
                return null;
            var booked = await cast.Helpline.CreateAsync("dispatch", "/api/v1/visits", new JsonObject { ["callId"] = callId, ["slotId"] = (string)offered[cast.Will(offered.Count)]!["id"]! });
            if (booked.Ok)
            {
                cast.Promises.Visits[(string)booked.Json["id"]!] = callId;
                return booked.Json;
            }
            if (booked.Problem != "slot-taken")
                return null;
        }
        return null;
    }

    private static Person OperatorOf(Cast cast, JsonObject visit)
    {
        var known = cast.Pack.Operators.Find((string?)visit["operator"]?["id"]) ?? throw Cast.GiveUp();
        return Person.Staff(cast.World, "operator", known.Id, known.StaffEmail);
    }

    private static async Task AtTheDoorAsync(Cast cast, Person visitor, JsonObject visit)
    {
        var resource = $"/api/v1/visits/{(string)visit["id"]!}";
        await visitor.ActAsync("dispatch", resource, "accept", null, seen => (string?)seen["state"] == "accepted");
        var wait = (DateTimeOffset)visit["startsAt"]! - cast.World.Clock.GetUtcNow();
        if (wait > TimeSpan.Zero)
            await cast.World.Pump.Delay(wait);
        await visitor.ActAsync("dispatch", resource, "depart", null, seen => (string?)seen["state"] == "onTheWay");
        if (await visitor.ActAsync("dispatch", resource, "arrive", null, seen => (string?)seen["state"] == "arrived") is null)
            throw Cast.GiveUp();
    }

    private static async Task<string> VisitCodeAsync(Cast cast, Person visitor, string resource)
    {
        for (var tries = 0; tries < 5; tries++)
        {
            if (await cast.CodeAsync("otp-visit", TimeSpan.FromMinutes(4)) is { } code)
                return code;
            await visitor.PostAsync("dispatch", $"{resource}/actions/resend-code");
        }
        throw Cast.GiveUp();
    }

    private static bool Check(JsonObject call, string check) => call["readiness"]!.AsArray().Any(item => (string?)item!["check"] == check && (bool?)item["ok"] == true);
}
