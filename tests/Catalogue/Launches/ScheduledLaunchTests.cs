using System.Net;
using System.Net.Http.Json;
using EServices.Catalogue.Tests.Support;
using EServices.Contracts.Catalogue;
using EServices.Testing;

namespace EServices.Catalogue.Tests.Launches;

public sealed class ScheduledLaunchTests
{
    // In the state it becomes 10 March at 18:30 UTC.
    private static readonly DateOnly Tenth = new(2026, 3, 10);
    private static readonly DateTimeOffset BeginOfTenth = new(2026, 3, 9, 18, 30, 0, TimeSpan.Zero);

    [Fact]
    public async Task ApprovedForADay_IsLaunchedWhenItBeginsInTheState_AndNotASecondBefore()
    {
        await using var host = new CatalogueHost();
        var clerks = new Clerks(host);
        await host.LaunchesPublishedAsync();
        var approved = await clerks.ApprovedAsync(content => content["timeLimitDays"] = 9, effectiveOn: Tenth);
        Assert.Equal("2026-03-10", (string)approved["dueOn"]!);
        await Assert.IsProblemAsync(await clerks.ActAsync(approved, "launch"), HttpStatusCode.Conflict, "effective-later");

        host.Clock.SetUtcNow(BeginOfTenth.AddSeconds(-1));
        await host.Seeding.LookAsync(CatalogueHost.Cancel);
        Assert.Equal(1, host.Shelf.Now.Services[CatalogueHost.Domicile].Number);

        host.Clock.SetUtcNow(BeginOfTenth);
        await host.Seeding.LookAsync(CatalogueHost.Cancel);

        var fact = await host.PublishedAsync<ServiceLaunched>(fact => fact.Version == 2);
        Assert.Equal((9, BeginOfTenth), (fact.TimeLimit.WorkingDays, fact.EffectiveFrom));
        Assert.Equal("launched", (string)(await clerks.SeenAsync((string)approved["id"]!))["state"]!);
        await host.Seeding.LookAsync(CatalogueHost.Cancel);
        Assert.Equal(2, host.Shelf.Now.Services[CatalogueHost.Domicile].Number);
    }

    [Fact]
    public async Task DayThatPassedWhileTheServiceWasDown_IsMadeUpAtTheNextStart()
    {
        using var pack = new PackCopy();
        string id;
        await using (var host = pack.Host())
            id = (string)(await new Clerks(host).ApprovedAsync(content => content["timeLimitDays"] = 9, effectiveOn: Tenth))["id"]!;

        await using var again = pack.Host();
        again.Clock.SetUtcNow(BeginOfTenth.AddDays(2));
        _ = again.Server;

        Assert.Equal((2, 9), (again.Shelf.Now.Services[CatalogueHost.Domicile].Number, again.Shelf.Now.Services[CatalogueHost.Domicile].Launched.TimeLimit.WorkingDays));
        Assert.Equal("launched", (string)(await new Clerks(again).SeenAsync(id))["state"]!);
    }

    [Fact]
    public async Task LaunchOnADay_CanBeMoved_AndNeverToThePast()
    {
        await using var host = new CatalogueHost();
        var clerks = new Clerks(host);
        var approved = await clerks.ApprovedAsync(content => content["timeLimitDays"] = 9);
        await Assert.IsProblemAsync(await clerks.ActAsync(approved, "launch", new { on = "2026-03-01" }), HttpStatusCode.BadRequest, "day-has-passed");

        var scheduled = await clerks.DoAsync(approved, "launch", new { on = "2026-03-10" });
        Assert.Equal(("approved", "2026-03-10"), ((string)scheduled["state"]!, (string)scheduled["dueOn"]!));
        var moved = await clerks.DoAsync(scheduled, "launch", new { on = "2026-03-12" });
        host.Clock.SetUtcNow(BeginOfTenth);
        await host.Seeding.LookAsync(CatalogueHost.Cancel);
        Assert.Equal(1, host.Shelf.Now.Services[CatalogueHost.Domicile].Number);

        var back = await clerks.DoAsync(moved, "send-back", new { comment = "Not yet" });
        Assert.Equal(("draft", null), ((string)back["state"]!, (string?)back["dueOn"]));
        host.Clock.SetUtcNow(BeginOfTenth.AddDays(3));
        await host.Seeding.LookAsync(CatalogueHost.Cancel);
        Assert.Equal(1, host.Shelf.Now.Services[CatalogueHost.Domicile].Number);
    }

    [Fact]
    public async Task VersionSavedBeforeACrash_IsFoundByTheNextLook_AndNotLaunchedTwice()
    {
        await using var host = new CatalogueHost();
        var clerks = new Clerks(host);
        var approved = await clerks.ApprovedAsync(content => content["timeLimitDays"] = 9, effectiveOn: Tenth);
        var id = (string)approved["id"]!;
        host.Clock.SetUtcNow(BeginOfTenth);
        await host.Seeding.LookAsync(CatalogueHost.Cancel);
        // As a crash right after the version was saved would leave it.
        var definitions = host.Definitions;
        var before = await definitions.GetAsync(id, CatalogueHost.Cancel);
        await definitions.DeleteAsync(before, CatalogueHost.Cancel);
        var cut = new Catalogue.Definitions.Definition(
            id, CatalogueHost.Domicile, before.Content, before.Basis, before.Authors[0], Tenth);
        Assert.Null(cut.Submit([], BeginOfTenth));
        Assert.Null(cut.Approve(new Catalogue.Definitions.Hand("stf_reviewer", "Reviewer", BeginOfTenth), null, "x", Tenth));
        await definitions.SaveAsync(cut, CatalogueHost.Cancel);

        host.Clock.Advance(TimeSpan.FromDays(1));
        await host.Seeding.LookAsync(CatalogueHost.Cancel);

        var seen = await clerks.SeenAsync(id);
        Assert.Equal(("launched", 2), ((string)seen["state"]!, (int)seen["launchedAs"]!));
        Assert.Equal(2, host.Shelf.Now.Services[CatalogueHost.Domicile].Number);
    }

    [Fact]
    public async Task Batch_OfPackAndPeople_IsLaunchedOnItsDay_AndThePageCountsIt()
    {
        using var pack = new PackCopy();
        pack.ChangeDomicile(service => (service["status"], service["batch"]) = ("ready", "spring"));
        int before;
        await using (var host = pack.Host())
        {
            before = await host.LaunchesPublishedAsync();
            var clerks = new Clerks(host);
            var draft = await Clerks.ReadAsync(await clerks.BeginAsync(new { content = Clerks.NewService(batch: "spring") }), HttpStatusCode.Created);
            await clerks.DoAsync(await clerks.DoAsync(draft, "submit"), "approve");
            Assert.Equal("2026-03-10", (string)(await Clerks.ReadAsync(await ScheduleAsync(host, "spring", new { on = "2026-03-10" })))["on"]!);

            var page = (await host.JsonAsync("/api/v1/launches?lang=ur"));
            var next = Assert.Single(page.GetProperty("next").EnumerateArray());
            Assert.Equal(("spring", 2, before, before + 2), (next.GetProperty("batch").GetString(), next.GetProperty("services").GetInt32(), next.GetProperty("before").GetInt32(), next.GetProperty("after").GetInt32()));
            Assert.Contains("کنویں کی اجازت", next.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("name").GetString()));
        }

        await using var again = pack.Host();
        again.Clock.SetUtcNow(BeginOfTenth.AddHours(9));
        Assert.Equal(before + 2, (await again.JsonAsync("/api/v1/statistics/services")).GetProperty("online").GetInt32());
        var launches = await again.JsonAsync("/api/v1/launches");
        Assert.Empty(launches.GetProperty("next").EnumerateArray());
        var last = launches.GetProperty("launches").EnumerateArray().Last();
        Assert.Equal(("spring", "2026-03-10", before, before + 2), (last.GetProperty("batch").GetString(), last.GetProperty("on").GetString(), last.GetProperty("before").GetInt32(), last.GetProperty("after").GetInt32()));
        var items = (await again.JsonAsync("/api/v1/launches/spring")).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString());
        Assert.Equal([CatalogueHost.Domicile, "well-permit"], items);
    }

    [Fact]
    public async Task BatchLaunchedAtOnce_TakesApprovedDefinitionsAlong()
    {
        await using var host = new CatalogueHost();
        var clerks = new Clerks(host);
        await clerks.ApprovedAsync(content => (content["timeLimitDays"], content["batch"]) = (9, "summer"));
        var draft = await Clerks.ReadAsync(await clerks.BeginAsync(new { content = Clerks.NewService(batch: "summer") }), HttpStatusCode.Created);
        await clerks.DoAsync(draft, "submit");

        using var answer = await host.Manager().PostAsync("/api/v1/catalogue/batches/summer/actions/launch", null, CatalogueHost.Cancel);
        var launched = await Clerks.ReadAsync(answer);

        // The one that nobody has reviewed stays behind.
        Assert.Equal([CatalogueHost.Domicile], launched["launched"]!.AsArray().Select(id => (string)id!));
        Assert.Equal(9, host.Shelf.Now.Services[CatalogueHost.Domicile].Launched.TimeLimit.WorkingDays);
        Assert.False(host.Shelf.Now.Services.ContainsKey("well-permit"));
    }

    [Fact]
    public async Task Schedules_ThatCantBe_AreRefused()
    {
        using var pack = new PackCopy();
        pack.ChangeDomicile(service => (service["status"], service["batch"]) = ("ready", "spring"));
        await using var host = pack.Host();
        await Assert.IsProblemAsync(await ScheduleAsync(host, "spring", new { }), HttpStatusCode.BadRequest, "invalid-request");
        await Assert.IsProblemAsync(await ScheduleAsync(host, "spring", new { on = "2026-03-02" }), HttpStatusCode.BadRequest, "day-has-passed");
        await Assert.IsProblemAsync(await ScheduleAsync(host, "no-such", new { on = "2026-03-10" }), HttpStatusCode.NotFound, "not-found");
        await Assert.IsProblemAsync(await PostAsync(host, "spring", "unschedule", null), HttpStatusCode.NotFound, "not-found");
        (await ScheduleAsync(host, "spring", new { on = "2026-03-10" })).EnsureSuccessStatusCode();
        (await PostAsync(host, "spring", "unschedule", null)).EnsureSuccessStatusCode();
        await Assert.IsProblemAsync(await PostAsync(host, "spring", "unschedule", null), HttpStatusCode.Conflict, "not-scheduled");

        host.Clock.SetUtcNow(BeginOfTenth.AddDays(1));
        await host.Seeding.LookAsync(CatalogueHost.Cancel);
        Assert.False(host.Shelf.Now.Services.ContainsKey(CatalogueHost.Domicile));
    }

    private static Task<HttpResponseMessage> ScheduleAsync(CatalogueHost host, string batch, object body) => PostAsync(host, batch, "schedule", body);

    private static Task<HttpResponseMessage> PostAsync(CatalogueHost host, string batch, string action, object? body) =>
        host.Manager().PostAsync($"/api/v1/catalogue/batches/{batch}/actions/{action}", body is null ? null : JsonContent.Create(body), CatalogueHost.Cancel);
}
