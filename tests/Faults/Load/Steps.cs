using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace EServices.Faults.Tests.Load;

/// <summary>A call that lacks nothing but its visit.</summary>
/// <param name="TotalPaise">What the caller was told that it costs.</param>
internal sealed record ReadyCall(string Id, string Mobile, long TotalPaise);

/// <summary>What front ends do one after the other, each step until it is answered for good; what is acknowledged goes into the journal.</summary>
internal sealed class Steps(FrontEnd front, Scene scene, Journal journal, Tally tally, Dice dice)
{
    private static readonly byte[] Paper = Encoding.ASCII.GetBytes("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public static JsonObject Done(Answer answer, string what) => answer.Succeeded
        ? answer.Body
        : throw new InvalidOperationException($"Expected {what}, not {(int)answer.Status} {answer.Body.ToJsonString()} (attempt {answer.Attempts})");

    public async Task<ReadyCall> CallAsync(JsonObject place)
    {
        var mobile = dice.Mobile();
        var call = Done(await front.PostAsync("/api/v1/calls", scene.Helpline, new JsonObject { ["from"] = mobile, ["language"] = "en", ["channel"] = "phone" }, FrontEnd.NewKey()), "a call");
        var id = (string)call["id"]!;
        journal.Calls[id] = true;
        await ActOnCallAsync(id, "confirm-number", new JsonObject { ["code"] = await CodeAsync(mobile, "otp-call-confirm") });
        await ActOnCallAsync(id, "name", new JsonObject { ["name"] = "Rubina Akhtar" });
        await ActOnCallAsync(id, "choose-service", new JsonObject { ["serviceId"] = scene.ServiceId });
        foreach (var document in scene.Documents)
            await ActOnCallAsync(id, "confirm-document", new JsonObject { ["documentId"] = document });
        await ActOnCallAsync(id, "set-address", place.DeepClone());
        var quote = Done(await front.PostAsync($"/api/v1/services/{scene.ServiceId}/quote", scene.Helpline,
            new JsonObject { ["channel"] = "doorstep", ["callId"] = id, ["districtCode"] = (string)place["districtCode"]! }), "a quote");
        await UntilAsync($"/api/v1/calls/{id}", scene.Helpline, seen => seen["readiness"]!.AsArray().All(item => (bool?)item!["ok"] == true), "the quote reaches the call");
        return new ReadyCall(id, mobile, (long)quote["totalPaise"]!);
    }

    /// <summary>Ids of the windows that are offered for a call, the best first.</summary>
    /// <param name="when">Further of the query.</param>
    public async Task<IReadOnlyList<string>> SlotsAsync(ReadyCall call, string when) =>
        [.. Done(await front.GetAsync($"/api/v1/slots?callId={call.Id}&{when}", scene.Helpline), "slots")["items"]!.AsArray().Select(slot => (string)slot!["id"]!)];

    /// <summary>The visit; null if another was quicker.</summary>
    public async Task<JsonObject?> BookAsync(ReadyCall call, string slot, bool urgent = false)
    {
        var answer = await front.PostAsync("/api/v1/visits", scene.Helpline, new JsonObject { ["callId"] = call.Id, ["slotId"] = slot, ["urgent"] = urgent }, FrontEnd.NewKey());
        if (answer.Code == "slot-taken")
        {
            journal.Contested();
            return null;
        }
        var visit = Done(answer, "a visit");
        journal.Visits[(string)visit["id"]!] = new Booked(call.Id, slot);
        return visit;
    }

    /// <summary>An application begun, filled in, with its papers, handed in; sometimes handed in twice at once. Returns its id.</summary>
    public async Task<string> HandInAsync(Account by, string channel, JsonObject place, string mobile, string? visitId = null)
    {
        var id = (string)Done(await front.PostAsync("/api/v1/applications", by, scene.Application(channel, place, mobile, visitId), FrontEnd.NewKey()), "an application begun")["id"]!;
        journal.Drafts[id] = true;
        Done(await front.PutAsync($"/api/v1/applications/{id}/form", by, scene.Form.DeepClone()), "a form kept");
        foreach (var document in scene.Documents)
            Done(await front.UploadAsync($"/api/v1/applications/{id}/documents?type={document}", by, Paper, "application/pdf"), "a document kept");

        var key = FrontEnd.NewKey();
        var answers = await TwiceAtTimesAsync(0.2, () => front.PostAsync($"/api/v1/applications/{id}/submit", by, null, key));
        var tracking = (string)Done(answers[0], "an application submitted")["trackingNumber"]!;
        journal.Submissions[id] = tracking;
        if (answers.Any(answer => (string?)Done(answer, "the same submission")["trackingNumber"] != tracking))
            tally.Wrong($"The same submission of {id} was answered with two tracking numbers.");
        return id;
    }

    /// <summary>The bill of an application, if it is there already.</summary>
    public async Task<JsonObject?> BillAsync(string applicationId, Account by) =>
        Done(await front.GetAsync($"/api/v1/bills?applicationId={applicationId}", by), "the bills of an application")["items"]!.AsArray().FirstOrDefault()?.AsObject();

    /// <summary>Takes cash for a bill. Sometimes two desks take the money at once: one of them has to be refused. Sometimes one sends its request twice.</summary>
    public async Task PayAsync(JsonObject bill, Account by)
    {
        var id = (string)bill["id"]!;
        var body = new JsonObject { ["billId"] = id, ["method"] = "cash" };
        var rivals = dice.Draw() < 0.15;
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

        Task<Answer> PayAsync(string with) => front.PostAsync("/api/v1/payments", by, body.DeepClone(), with);
    }

    /// <summary>The officer's yes, once the application has heard that it is paid.</summary>
    public async Task ApproveAsync(string applicationId, Account officer)
    {
        var resource = $"/api/v1/applications/{applicationId}";
        var answer = await front.PostAsync($"{resource}/actions/approve", officer, new JsonObject { ["remarks"] = "Verified." });
        // Done before, if its answer was lost: the application itself tells.
        if (!answer.Succeeded && (answer.Attempts == 1 || (string?)Done(await front.GetAsync(resource, officer), "an application")["state"] != "approved"))
            Done(answer, "an approval");
        journal.Decisions[applicationId] = true;
    }

    /// <summary>The code in the newest message of a template to a number.</summary>
    /// <param name="sentBefore">Messages of that template that are no news.</param>
    public async Task<string> CodeAsync(string mobile, string template, int sentBefore = 0)
    {
        var seen = await UntilAsync(Messages(mobile), null, page => Of(page, template).Count > sentBefore, $"a code in {template}");
        return (string)Of(seen, template)[0]["parameters"]!["code"]!;
    }

    /// <summary>How many messages of a template a number has got.</summary>
    public async Task<int> SentAsync(string mobile, string template) => Of(Done(await front.GetAsync(Messages(mobile)), "messages"), template).Count;

    private static string Messages(string mobile) => $"/sandbox/messages?to={Uri.EscapeDataString(mobile)}";

    private static List<JsonNode> Of(JsonObject page, string template) => [.. page["items"]!.AsArray().Where(message => (string?)message!["template"] == template).Select(message => message!)];

    /// <summary>Reads until something holds that the others bring about.</summary>
    /// <exception cref="TimeoutException">It came to nothing for longer than anything is broken here.</exception>
    public async Task<JsonObject> UntilAsync(string path, Account? by, Func<JsonObject, bool> holds, string what)
    {
        for (var waited = Stopwatch.StartNew(); ; await Task.Delay(Pause))
        {
            var answer = await front.GetAsync(path, by);
            if (answer.Succeeded && holds(answer.Body))
                return answer.Body;
            if (!answer.Succeeded && answer.Status != HttpStatusCode.NotFound)
                Done(answer, what);
            if (waited.Elapsed > FrontEnd.Patience)
                throw new TimeoutException($"Not within {FrontEnd.Patience.TotalSeconds:F0} s: {what}; {path} says {(int)answer.Status} {answer.Body.ToJsonString()}");
        }
    }

    private async Task ActOnCallAsync(string call, string action, JsonNode body)
    {
        var answer = await front.PostAsync($"/api/v1/calls/{call}/actions/{action}", scene.Helpline, body);
        // A step without a key that was repeated may find itself done.
        if (!answer.Succeeded && !(answer.Attempts > 1 && answer.Status == HttpStatusCode.Conflict))
            Done(answer, action);
    }

    private async Task<Answer[]> TwiceAtTimesAsync(double often, Func<Task<Answer>> send) =>
        dice.Draw() < often ? await Task.WhenAll(send(), send()) : [await send()];
}
