using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using EServices.Application.Applications;
using EServices.Application.Forms;
using EServices.Application.Simulations;
using EServices.Contracts;
using EServices.Contracts.Catalogue;
using EServices.Platform.Storage;
using EServices.Platform.Web;
using EServices.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace EServices.Application.Tests.Simulations;

public sealed class SimulationTests
{
    private const string Path = "/api/v1/applications/simulations";

    private static readonly DateOnly Today = new(2026, 4, 1);

    [Fact]
    public void Fee_IsComparedWithWhatWasBilled_OnTheChannelOfTheApplication()
    {
        var fee = Samples.Domicile().Fee with { Lines = [new FeeLine("government-fee", Localised.English("Fee"), 2500, "government", [], ""), new FeeLine("visit", Localised.English("Visit"), 9000, "csc", [Channel.Doorstep], "")] };
        var judge = new ProposalJudge(new Proposal(fee, null, null), Calendars.Usual, Today);

        var effect = judge.Judge(Given.UnderReview(), Given.Domicile);
        Assert.Equal((2000, 2500, true), (effect.Before, effect.After, effect.Affected));
        Assert.False(new ProposalJudge(new Proposal(Samples.Domicile().Fee, null, null), Calendars.Usual, Today).Judge(Given.Submitted(), Given.Domicile).Affected);
    }

    [Theory]
    // Acknowledged on Monday 9 March, decided on Thursday 12: three working days.
    [InlineData(3, false)]
    [InlineData(2, true)]
    public void TimeLimit_IsCountedOutAgain_ForWhatWasDecided(int days, bool later)
    {
        var effect = new ProposalJudge(new Proposal(null, days, null), Calendars.Usual, Today).Judge(Given.Approved(), Given.Domicile);
        Assert.Equal((true, later, false, later), (effect.Decided, effect.DecidedLater, effect.OpenLate, effect.Affected));
    }

    [Fact]
    public void TimeLimit_OfWhatIsOpen_AndOfWhatIsBackWithTheApplicant()
    {
        var judge = new ProposalJudge(new Proposal(null, 5, null), Calendars.Usual, Today);
        Assert.True(judge.Judge(Given.UnderReview(), Given.Domicile).OpenLate);
        Assert.False(judge.Judge(Given.SentBack(), Given.Domicile).OpenLate);
        Assert.False(new ProposalJudge(new Proposal(null, 60, null), Calendars.Usual, Today).Judge(Given.UnderReview(), Given.Domicile).OpenLate);
    }

    [Fact]
    public void Form_TellsFields_AndNothingThatApplicantsWrote()
    {
        var schema = Given.Json("""
            { "type": "object", "required": ["pet"], "additionalProperties": false,
              "properties": { "applicantName": { "maxLength": 3 }, "list": { "items": { "properties": { "year": { "type": "integer" } } } }, "pet": {}, "free": { "additionalProperties": { "type": "integer" } } } }
            """);
        var loose = PinnedService.Of(Samples.Domicile() with { FormSchema = Given.Json("{}") });
        var application = ServiceApplication.Begin("app_1", loose, Channel.Online, Samples.Citizen, Given.Jammu, null, Given.Citizen, Given.Monday);
        Assert.Null(application.FillIn(
            new JsonObject
            {
                ["applicantName"] = "Haleema Begum",
                ["list"] = new JsonArray(new JsonObject { ["year"] = "x" }, new JsonObject { ["year"] = "y" }),
                ["free"] = new JsonObject { ["Haleema's secret"] = "x" },
                ["Haleema's sister"] = 1,
            },
            loose, Workflow.Part.Owner, Given.Citizen, Given.Monday, out _));

        var fails = new ProposalJudge(new Proposal(null, null, schema), Calendars.Usual, Today).Judge(application, loose).FormFails;

        Assert.Equal(
            [("/*", "additionalProperties"), ("/applicantName", "maxLength"), ("/free/*", "type"), ("/list/*/year", "type"), ("/pet", "required")],
            fails.OrderBy(fail => fail.Field, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Simulation_CountsByChannelDepartmentAndDistrict_BehindTheAnswer()
    {
        await using var desk = await Desk.OpenAsync();
        for (var number = 0; number < 3; number++)
            await desk.UnderReviewAsync(number == 0 ? null : "5");
        var (late, _) = await desk.UnderReviewAsync();
        desk.Clock.SetUtcNow(Calendars.At(2026, 3, 18));
        await Desk.ReadAsync(await Desk.Act(desk.Officer(), late, "approve", """{"remarks": "In order"}"""));
        await desk.CompleteAsync();

        var begun = await Desk.ReadAsync(await Desk.Post(Manager(desk), Path, Proposal(timeLimitDays: 5, fee: 3000, form: """{"type": "object", "required": ["fatherName"]}""")), HttpStatusCode.Accepted);
        Assert.Equal(4, (long)begun["total"]!);
        var done = await DoneAsync(desk, (string)begun["id"]!);

        var all = done["all"]!;
        Assert.Equal((4, 4, 4, 0, 8000, 12000, 4000), (Figure(all, "looked"), Figure(all, "affected"), Figure(all, "payMore"), Figure(all, "payLess"), Figure(all, "beforePaise"), Figure(all, "afterPaise"), Figure(all, "differencePaise")));
        Assert.Equal((1, 1, 0, 3, 4), (Figure(all, "decided"), Figure(all, "decidedLater"), Figure(all, "wereLate"), Figure(all, "openLate"), Figure(all, "formFails")));
        Assert.Equal([("online", 4L)], Groups(done, "byChannel"));
        Assert.Equal([("revenue", 4L)], Groups(done, "byDepartment"));
        Assert.Equal([("", 1L), ("5", 3L)], Groups(done, "byDistrict"));
        var field = Assert.Single(done["fields"]!.AsArray())!;
        Assert.Equal(("/fatherName", "required", 4L), ((string)field["field"]!, (string)field["code"]!, (long)field["applications"]!));
        Assert.DoesNotContain(Samples.Citizen.Name, done.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Samples.Citizen.Mobile[1..], done.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Simulation_OfSomeDays_LooksAtWhatWasHandedInOnThem()
    {
        await using var desk = await Desk.OpenAsync();
        // Half an hour before and after midnight in the state.
        foreach (var at in new[] { Calendars.At(2026, 3, 9, 23, 30), Calendars.At(2026, 3, 10, 0, 30), Calendars.At(2026, 3, 11, 0, 0) })
        {
            desk.Clock.SetUtcNow(at);
            await desk.SubmittedAsync();
        }
        foreach (var (from, to, count) in new[] { ("2026-03-10", "2026-03-10", 1), ("2026-03-09", "2026-03-10", 2), ("2026-03-10", null, 2), ((string?)null, "2026-03-09", 1) })
        {
            var proposal = Proposal(timeLimitDays: 5);
            (proposal["from"], proposal["to"]) = (from, to);
            var begun = await Desk.ReadAsync(await Desk.Post(Manager(desk), Path, proposal), HttpStatusCode.Accepted);
            Assert.Equal(count, Figure((await DoneAsync(desk, (string)begun["id"]!))["all"]!, "looked"));
        }
    }

    [Fact]
    public async Task SimulationThatWasCutOff_GoesOnWhereItStood()
    {
        await using var desk = await Desk.OpenAsync();
        for (var number = 0; number < 3; number++)
            await desk.SubmittedAsync();
        var simulations = desk.Services.GetRequiredService<DocumentStore<Simulation>>();
        var applications = desk.Services.GetRequiredService<DocumentStore<ServiceApplication>>();
        // As a crash after the first page leaves it: one counted, two to come.
        var page = await applications.ListAsync(ApplicationDocuments.ByService.Where("domicile-certificate"), null, 1, TestContext.Current.CancellationToken);
        var proposal = new Proposal(null, 5, null);
        var simulation = Simulation.Begin("sim_1", "domicile-certificate", proposal, null, null, "stf_m", desk.Clock.GetUtcNow(), 3);
        simulation.Count([(page.Items[0], new ProposalJudge(proposal, Calendars.Usual, Today).Judge(page.Items[0], Given.Domicile))], page.Next, desk.Clock.GetUtcNow());
        Assert.Equal(SimulationState.Running, simulation.State);
        await simulations.SaveAsync(simulation, TestContext.Current.CancellationToken);
        desk.Services.GetRequiredService<SimulationRun>().Ask();

        Assert.Equal(3, Figure((await DoneAsync(desk, "sim_1"))["all"]!, "looked"));
    }

    [Fact]
    public async Task BadProposals_NameTheField_AndOthersMayNotAsk()
    {
        await using var desk = await Desk.OpenAsync();
        foreach (var (body, pointer) in new[]
        {
            ("""{"serviceId": "domicile-certificate"}""", ""), ("""{"timeLimitDays": 5}""", "/serviceId"), ("""{"serviceId": "no-such", "timeLimitDays": 5}""", "/serviceId"),
            ("""{"serviceId": "domicile-certificate", "timeLimitDays": 0}""", "/timeLimitDays"), ("""{"serviceId": "domicile-certificate", "timeLimitDays": 5, "from": "2026-03-02", "to": "2026-03-01"}""", "/to"),
            ("""{"serviceId": "domicile-certificate", "fee": {}}""", "/fee/lines"), ("""{"serviceId": "domicile-certificate", "fee": {"lines": [{"paise": -1, "channels": []}]}}""", "/fee/lines/0/paise"),
            ("""{"serviceId": "domicile-certificate", "fee": {"lines": [null]}}""", "/fee/lines/0/channels"),
            ("""{"serviceId": "domicile-certificate", "formSchema": []}""", "/formSchema"), ("""{"serviceId": "domicile-certificate", "formSchema": {"$ref": "https://example.org/x"}}""", "/formSchema"),
            ("""{"serviceId": "domicile-certificate", "formSchema": {"properties": {"a": {"pattern": "("}}}}""", "/formSchema"),
        })
        {
            var problem = await Assert.IsProblemAsync(await Desk.Post(Manager(desk), Path, JsonNode.Parse(body)), HttpStatusCode.BadRequest, "invalid-request");
            Assert.Equal(pointer, (string)problem["errors"]![0]!["pointer"]!);
        }
        await Assert.IsProblemAsync(await Desk.Post(desk.Officer(), Path, Proposal(timeLimitDays: 5)), HttpStatusCode.Forbidden, "role-required");
        await Assert.IsProblemAsync(await desk.Citizen.GetAsync($"{Path}/sim_1"), HttpStatusCode.Forbidden, "role-required");
        await Assert.IsProblemAsync(await Manager(desk).GetAsync($"{Path}/sim_none"), HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task Application_StaysWithTheVersionItBeganUnder_WhateverIsLaunchedLater()
    {
        await using var desk = await Desk.OpenAsync();
        var id = await desk.DraftAsync();
        await desk.DeliverAsync(Samples.Domicile(version: 2) with
        {
            EffectiveFrom = desk.Clock.GetUtcNow(),
            FormSchema = JsonSerializer.SerializeToElement(new { type = "object", required = new[] { "motherName" } }),
            TimeLimit = Samples.Domicile().TimeLimit with { WorkingDays = 3 },
            Documents = [],
        });
        await desk.DeliverAsync(new ServiceSuspended("domicile-certificate", 2, "Retired"));

        await Desk.ReadAsync(await Desk.Put(desk.Citizen, id, Desk.Form));
        foreach (var type in new[] { "voter-card", "residence-proof" })
            await Desk.ReadAsync(await Desk.Upload(desk.Citizen, id, type, Desk.Pdf), HttpStatusCode.Created);
        var submitted = await Desk.ReadAsync(await Desk.Post(desk.Citizen, $"/api/v1/applications/{id}/submit", null));
        await desk.DeliverAsync(desk.Bill(id, (string)submitted["trackingNumber"]!));
        await desk.DeliverAsync(desk.Settlement(id, (string)submitted["trackingNumber"]!));

        var kept = await desk.Services.GetRequiredService<DocumentStore<ServiceApplication>>().GetAsync(id, TestContext.Current.CancellationToken);
        Assert.Equal((1, 15), (kept.ServiceVersion, kept.Clock!.WorkingDays));
    }

    private static HttpClient Manager(Desk desk) => desk.As(Roles.CatalogueManager, "stf_m");

    private static JsonObject Proposal(int? timeLimitDays = null, long? fee = null, string? form = null)
    {
        var proposal = new JsonObject { ["serviceId"] = "domicile-certificate" };
        if (timeLimitDays is not null)
            proposal["timeLimitDays"] = timeLimitDays;
        if (fee is not null)
            proposal["fee"] = new JsonObject { ["lines"] = new JsonArray(new JsonObject { ["code"] = "fee", ["paise"] = fee, ["payee"] = "government", ["channels"] = new JsonArray() }) };
        if (form is not null)
            proposal["formSchema"] = JsonNode.Parse(form);
        return proposal;
    }

    private static async Task<JsonObject> DoneAsync(Desk desk, string id)
    {
        var seen = new JsonObject();
        await Eventually.HoldsAsync(
            async () => (string?)(seen = await Desk.ReadAsync(await Manager(desk).GetAsync($"{Path}/{id}")))["state"] == "done", () => seen.ToJsonString());
        return seen;
    }

    private static long Figure(JsonNode figures, string name) => (long)figures[name]!;

    private static IEnumerable<(string, long)> Groups(JsonObject simulation, string by) => simulation[by]!.AsArray().Select(group => ((string)group!["key"]!, (long)group["figures"]!["looked"]!));
}
