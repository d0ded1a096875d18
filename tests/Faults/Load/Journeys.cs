using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;

namespace EServices.Faults.Tests.Load;

/// <summary>
/// Whole ways of people through all services, while these are being broken: a call to the helpline, a visit at the door, the total confirmed by the citizen's
/// code, an application, cash for its bill, an officer's decision, a certificate. Whoever was promised a visit has to end with a certificate in hand.
/// </summary>
internal sealed class Journeys(FrontEnd front, Scene scene, Steps steps, Journal journal, Tally tally, Dice dice)
{
    private const int Windows = 8;

    public async Task TakeOneAsync()
    {
        var door = dice.OneOf(scene.Doorsteps);
        var call = await steps.CallAsync(door.Address);
        if (await VisitTodayAsync(call) is not { } visitId)
        {
            journal.TurnedAway();
            return;
        }
        var way = journal.Began(visitId, call.Id, call.Mobile);
        foreach (var (action, state) in new[] { ("accept", "accepted"), ("depart", "onTheWay"), ("arrive", "arrived") })
            await ActAsync(way, action, null, state);
        var confirmed = await ActAsync(way, "confirm", new JsonObject { ["code"] = await steps.CodeAsync(call.Mobile, "otp-visit"), ["totalPaise"] = call.TotalPaise }, "confirmed");
        var visitor = scene.Operator((string)confirmed["operator"]!["id"]!);

        way.ApplicationId = await steps.HandInAsync(visitor, "doorstep", door.Address, call.Mobile, visitId);
        way.Reached("handed in");
        var bills = await steps.UntilAsync($"/api/v1/bills?applicationId={way.ApplicationId}", visitor, seen => seen["items"]!.AsArray().Count > 0, $"{way.ApplicationId} is billed");
        var bill = bills["items"]![0]!.AsObject();
        if ((long?)bill["totalPaise"] != call.TotalPaise)
            tally.Wrong($"{call.TotalPaise} paise were told and confirmed for visit {visitId}, and the bill is {bill.ToJsonString()}");
        await steps.PayAsync(bill, visitor);
        way.Reached("paid");
        await ActAsync(way, "complete", new JsonObject { ["applicationId"] = way.ApplicationId }, "completed");
        await steps.UntilAsync($"/api/v1/applications/{way.ApplicationId}", visitor, seen => (string?)seen["state"] is not "submitted", $"{way.ApplicationId} hears that it is paid");
        way.Reached("acknowledged");
        await steps.ApproveAsync(way.ApplicationId, door.Officer);
        way.Reached("approved");
        way.Certificate = await steps.UntilAsync($"/api/v1/applications/{way.ApplicationId}/certificate", door.Officer, _ => true, $"{way.ApplicationId} has its certificate");
        way.Reached("certificate");
    }

    /// <summary>A window of today, without the usual lead time; null when the day is full.</summary>
    private async Task<string?> VisitTodayAsync(ReadyCall call)
    {
        for (var tries = 0; tries < Windows; tries++)
        {
            var offered = await steps.SlotsAsync(call, $"urgent=true&from={scene.Today:yyyy-MM-dd}&days=1");
            if (offered.Count == 0)
                return null;
            if (await steps.BookAsync(call, dice.OneOf(offered), urgent: true) is { } visit)
                return (string)visit["id"]!;
        }
        return null;
    }

    /// <summary>An act of whoever comes, which may be somebody else by now.</summary>
    private async Task<JsonObject> ActAsync(Way way, string action, JsonObject? body, string state)
    {
        var resource = $"/api/v1/visits/{way.VisitId}";
        for (var waited = Stopwatch.StartNew(); ;)
        {
            var visit = Steps.Done(await front.GetAsync(resource, scene.Helpline), "the visit");
            var answer = await front.PostAsync($"{resource}/actions/{action}", scene.Operator((string)visit["operator"]!["id"]!), body?.DeepClone());
            if (answer.Status == HttpStatusCode.NotFound && waited.Elapsed < FrontEnd.Patience)
                // It passed to somebody else between the two.
                continue;
            var now = answer.Succeeded ? answer.Body : Steps.Done(await front.GetAsync(resource, scene.Helpline), "the visit");
            // An act whose answer was lost is refused when it comes again; the visit itself tells that it was done.
            if ((string?)now["state"] != state || (!answer.Succeeded && answer.Attempts == 1))
                throw new InvalidOperationException($"Expected visit {way.VisitId} {state} after {action}, not {(int)answer.Status} {answer.Body.ToJsonString()} (attempt {answer.Attempts}); it is {now.ToJsonString()}");
            way.Reached(state);
            return now;
        }
    }
}
