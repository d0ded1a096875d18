using System.Net;
using System.Text.Json.Nodes;
using EServices.Catalogue.Services;
using EServices.Catalogue.Tests.Support;
using EServices.Contracts.Catalogue;
using EServices.Testing;

namespace EServices.Catalogue.Tests.Definitions;

public sealed class LifeTests
{
    private const string Path = Clerks.Path;

    [Fact]
    public async Task Draft_ReviewedByASecondPerson_IsLaunchedAsTheNextVersion_AndEveryActIsWrittenDown()
    {
        await using var host = new CatalogueHost();
        var clerks = new Clerks(host);
        await host.LaunchesPublishedAsync();

        var draft = await clerks.DraftAsync();
        Assert.Equal(("draft", 1, 1), ((string)draft["state"]!, (int)draft["basedOn"]!, (int)draft["revision"]!));
        Assert.Empty(draft["problems"]!.AsArray());
        var later = TimeSpan.FromMinutes(1);
        host.Clock.Advance(later);
        draft = await clerks.ChangeAsync(draft, content => content["timeLimitDays"] = 9);
        host.Clock.Advance(later);
        var submitted = await clerks.DoAsync(draft, "submit");
        Assert.Equal("inReview", (string)submitted["state"]!);
        host.Clock.Advance(later);
        var approved = await clerks.DoAsync(submitted, "approve", new { comment = "As notified." });
        host.Clock.Advance(later);
        Assert.Equal("approved", (string)approved["state"]!);
        Assert.Equal(15, host.Shelf.Now.Services[CatalogueHost.Domicile].Launched.TimeLimit.WorkingDays);
        var launched = await clerks.DoAsync(approved, "launch");

        Assert.Equal(("launched", 2, "launched"), ((string)launched["state"]!, (int)launched["launchedAs"]!, (string)launched["serviceState"]!));
        var fact = await host.PublishedAsync<ServiceLaunched>(fact => fact.Version == 2);
        Assert.Equal((CatalogueHost.Domicile, 9), (fact.ServiceId, fact.TimeLimit.WorkingDays));
        Assert.Equal(9, (await host.JsonAsync($"/api/v1/services/{CatalogueHost.Domicile}")).GetProperty("timeLimit").GetProperty("days").GetInt32());
        Assert.Equal(
            [("launch", true, null, "stf_author"), ("approve", true, null, "stf_reviewer"), ("submit", true, null, "stf_author"), ("edit", true, null, "stf_author"), ("begin", true, null, "stf_author")],
            await clerks.ActsAsync((string)draft["id"]!));
    }

    [Fact]
    public async Task WhoeverWroteInADraft_CannotReviewIt_AlsoAsSecondAuthor()
    {
        await using var host = new CatalogueHost();
        var clerks = new Clerks(host);
        var draft = await clerks.DraftAsync();
        draft["content"]!["timeLimitDays"] = 9;
        draft = await Clerks.ReadAsync(await clerks.PutAsync(draft, clerks.Reviewer));
        var submitted = await clerks.DoAsync(draft, "submit");

        await Assert.IsProblemAsync(await clerks.ActAsync(submitted, "approve", by: clerks.Author), HttpStatusCode.Forbidden, "own-draft");
        await Assert.IsProblemAsync(await clerks.ActAsync(submitted, "approve", by: clerks.Reviewer), HttpStatusCode.Forbidden, "own-draft");
        await Assert.IsProblemAsync(await clerks.ActAsync(submitted, "send-back", new { comment = "x" }, clerks.Author), HttpStatusCode.Forbidden, "own-draft");

        var third = host.As("catalogue-manager", "stf_third");
        Assert.Equal("approved", (string)(await Clerks.ReadAsync(await clerks.ActAsync(submitted, "approve", by: third)))["state"]!);
        Assert.Contains(("approve", false, "own-draft", "stf_author"), await clerks.ActsAsync((string)draft["id"]!));
    }

    [Fact]
    public async Task UnreviewedDraft_CannotBeLaunched_AndALaunchedOneCannotBeEdited()
    {
        await using var host = new CatalogueHost();
        var clerks = new Clerks(host);
        var draft = await clerks.ChangeAsync(await clerks.DraftAsync(), content => content["timeLimitDays"] = 9);
        await Assert.IsProblemAsync(await clerks.ActAsync(draft, "launch"), HttpStatusCode.Conflict, "not-reviewed");
        await Assert.IsProblemAsync(await clerks.ActAsync(draft, "approve"), HttpStatusCode.Conflict, "not-submitted");
        var submitted = await clerks.DoAsync(draft, "submit");
        await Assert.IsProblemAsync(await clerks.ActAsync(submitted, "launch"), HttpStatusCode.Conflict, "not-reviewed");
        await Assert.IsProblemAsync(await clerks.PutAsync(submitted), HttpStatusCode.Conflict, "not-a-draft");
        var launched = await clerks.DoAsync(await clerks.DoAsync(submitted, "approve"), "launch");

        var problem = await Assert.IsProblemAsync(await clerks.PutAsync(launched), HttpStatusCode.Conflict, "launched-is-immutable");
        Assert.Contains("version 2", (string)problem["detail"]!, StringComparison.Ordinal);
        foreach (var (action, body) in new (string, object?)[] { ("submit", null), ("approve", null), ("launch", null), ("discard", new { reason = "x" }) })
            await Assert.IsProblemAsync(await clerks.ActAsync(launched, action, body), HttpStatusCode.Conflict, "launched-is-immutable");
        Assert.Equal(2, host.Shelf.Now.Services[CatalogueHost.Domicile].Number);
    }

    [Fact]
    public async Task SentBack_GoesToItsAuthorsWithTheComment_AndComesAgain()
    {
        await using var host = new CatalogueHost();
        var clerks = new Clerks(host);
        var submitted = await clerks.DoAsync(await clerks.ChangeAsync(await clerks.DraftAsync(), content => content["timeLimitDays"] = 9), "submit");

        var problem = await Assert.IsProblemAsync(await clerks.ActAsync(submitted, "send-back"), HttpStatusCode.BadRequest, "invalid-request");
        Assert.Equal(["/comment"], Clerks.Pointers(problem));
        var back = await clerks.DoAsync(submitted, "send-back", new { comment = "The notification says ten." });

        Assert.Equal("draft", (string)back["state"]!);
        var review = Assert.Single(back["reviews"]!.AsArray())!;
        Assert.Equal(("sentBack", "The notification says ten.", "stf_reviewer"), ((string)review["verdict"]!, (string)review["comment"]!, (string)review["by"]!["by"]!));
        var again = await clerks.DoAsync(await clerks.DoAsync(await clerks.ChangeAsync(back, content => content["timeLimitDays"] = 10), "submit"), "approve");
        Assert.Equal(["sentBack", "approved"], again["reviews"]!.AsArray().Select(one => (string)one!["verdict"]!));
    }

    [Fact]
    public async Task StaleRevision_IsRefused_AndSoIsNone()
    {
        await using var host = new CatalogueHost();
        var clerks = new Clerks(host);
        var first = await clerks.DraftAsync();
        var second = await clerks.ChangeAsync(await clerks.SeenAsync((string)first["id"]!), content => content["timeLimitDays"] = 9);

        first["content"]!["timeLimitDays"] = 11;
        await Assert.IsProblemAsync(await clerks.PutAsync(first), HttpStatusCode.PreconditionFailed, "version-changed");
        await Assert.IsProblemAsync(
            await Clerks.SendAsync(clerks.Author, HttpMethod.Put, $"{Path}/{first["id"]}", new { content = first["content"] }), HttpStatusCode.PreconditionRequired, "if-match-required");
        var submitted = await clerks.DoAsync(second, "submit");
        await Assert.IsProblemAsync(await clerks.ActAsync(second, "approve"), HttpStatusCode.PreconditionFailed, "version-changed");
        await Assert.IsProblemAsync(
            await Clerks.SendAsync(clerks.Reviewer, HttpMethod.Post, $"{Path}/{first["id"]}/actions/approve"), HttpStatusCode.PreconditionRequired, "if-match-required");
        Assert.Equal(9, (int)(await clerks.DoAsync(submitted, "approve"))["content"]!["timeLimitDays"]!);
    }

    [Fact]
    public async Task WhatIsWrongWithADraft_IsToldAllAtOnce_ByPlace_AndItCanBeKeptButNotSubmitted()
    {
        await using var host = new CatalogueHost();
        var clerks = new Clerks(host);
        var draft = await clerks.ChangeAsync(await clerks.DraftAsync(), content =>
        {
            content["name"]!.AsObject().Remove("ur");
            content["officers"]!["designated"] = "tehsildr";
            content["documents"]![0]!["document"] = "no-such-paper";
            content["feeRule"] = "no-such-rule";
            content["department"] = "no-such-department";
            content["timeLimitDays"] = 0;
            content["channels"] = new JsonArray("online", "pigeon");
            content.Remove("form");
            content["formSchema"] = JsonNode.Parse("""
                { "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "x-title": { "en": "F", "hi": "F", "ur": "F" },
                  "properties": { "age": { "type": "intger", "x-title": { "en": "Age", "hi": "आयु", "ur": "عمر" } } }, "requierd": ["age"] }
                """);
            content["colour"] = "red";
        });

        Assert.Equal("draft", (string)draft["state"]!);
        var told = draft["problems"]!.AsArray().Select(problem => (string)problem!["pointer"]!).ToList();
        foreach (var pointer in new[]
        {
            "/name/ur", "/officers/designated", "/documents/0/document", "/feeRule", "/department", "/timeLimitDays", "/channels/1", "/doorstep", "/formSchema/properties/age/type",
            "/formSchema/requierd", "/colour",
        })
            Assert.True(told.Contains(pointer), $"{pointer} is not among {string.Join(", ", told)}");
        Assert.Contains(draft["problems"]!.AsArray(), problem => ((string)problem!["detail"]!).Contains("did you mean \"tehsildar\"?", StringComparison.Ordinal));
        var refused = await Assert.IsProblemAsync(await clerks.ActAsync(draft, "submit"), HttpStatusCode.Conflict, "incomplete");
        Assert.Equal(told, Clerks.Pointers(refused));
    }

    [Fact]
    public async Task OwnFormAndFee_AreThoseOfTheVersion_AndStayWhenTheDateChanges()
    {
        await using var host = new CatalogueHost();
        var clerks = new Clerks(host);

        await clerks.LaunchedAsync(content =>
        {
            content.Remove("form");
            content.Remove("feeRule");
            content["formSchema"] = JsonNode.Parse("""
                { "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "x-title": { "en": "F", "hi": "F", "ur": "F" },
                  "properties": { "age": { "type": "integer", "x-title": { "en": "Age", "hi": "आयु", "ur": "عمر" } } }, "required": ["age"] }
                """);
            content["fee"] = JsonNode.Parse("""
                { "source": "fee-assumed", "lines": [{ "code": "government-fee", "label": { "en": "Fee", "hi": "शुल्क", "ur": "فیس" }, "why": { "en": "Fee", "hi": "शुल्क", "ur": "فیس" },
                  "paise": 4321, "payee": "government", "channels": ["online", "centre", "doorstep"] }] }
                """);
        });
        var launched = host.Shelf.Now.Services[CatalogueHost.Domicile];
        Assert.Equal((2, 4321), (launched.Number, ServiceFees.Total(launched.Launched.Fee, EServices.Contracts.Channel.Online)));
        Assert.Equal((2, new DateOnly(2026, 3, 2)), (launched.Launched.Fee.Version, launched.Launched.Fee.EffectiveFrom));
        Assert.Equal("integer", launched.Launched.FormSchema.GetProperty("properties").GetProperty("age").GetProperty("type").GetString());

        host.Clock.Advance(TimeSpan.FromDays(60));
        await host.Seeding.LookAsync(CatalogueHost.Cancel);
        Assert.Equal(2, host.Shelf.Now.Services[CatalogueHost.Domicile].Number);
    }

    [Fact]
    public async Task NewService_FromNothing_IsLaunchedAsVersionOne_AndCounts()
    {
        await using var host = new CatalogueHost();
        var clerks = new Clerks(host);
        var before = (await host.LaunchesPublishedAsync());

        var draft = await Clerks.ReadAsync(await clerks.BeginAsync(new { content = Clerks.NewService() }), HttpStatusCode.Created);
        Assert.Empty(draft["problems"]!.AsArray());
        await clerks.DoAsync(await clerks.DoAsync(await clerks.DoAsync(draft, "submit"), "approve"), "launch");

        Assert.Equal(1, (await host.PublishedAsync<ServiceLaunched>(fact => fact.ServiceId == "well-permit")).Version);
        Assert.Equal(before + 1, (await host.JsonAsync("/api/v1/statistics/services")).GetProperty("online").GetInt32());
        await Assert.IsProblemAsync(await clerks.BeginAsync(new { content = Clerks.NewService() }), HttpStatusCode.Conflict, "service-exists");
    }

    [Fact]
    public async Task OneOpenDefinitionOfAService_AtATime_AlsoOfManyAtOnce()
    {
        await using var host = new CatalogueHost();
        var clerks = new Clerks(host);
        var author = clerks.Author;
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => clerks.BeginAsync(new { serviceId = CatalogueHost.Domicile }, author)));
        var begun = Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Created);
        Assert.All(answers.Where(answer => answer != begun), answer => Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode));
        var draft = await Clerks.ReadAsync(begun, HttpStatusCode.Created);

        await Assert.IsProblemAsync(await clerks.BeginAsync(new { serviceId = CatalogueHost.Domicile }), HttpStatusCode.Conflict, "definition-open");
        await clerks.DoAsync(draft, "discard", new { reason = "Not needed" });
        await clerks.DraftAsync();
    }

    [Fact]
    public async Task BadBeginnings_NameTheField()
    {
        await using var host = new CatalogueHost();
        var clerks = new Clerks(host);
        foreach (var (body, pointer) in new (object, string)[]
        {
            (new { }, ""), (new { serviceId = CatalogueHost.Domicile, content = Clerks.NewService() }, ""), (new { serviceId = " " }, "/serviceId"), (new { content = new { id = 7 } }, "/content/id"),
        })
        {
            var problem = await Assert.IsProblemAsync(await clerks.BeginAsync(body), HttpStatusCode.BadRequest, "invalid-request");
            Assert.Equal([pointer], Clerks.Pointers(problem));
        }
        await Assert.IsProblemAsync(await clerks.BeginAsync(new { serviceId = "no-such" }), HttpStatusCode.NotFound, "not-found");
        var draft = await clerks.DraftAsync();
        var renamed = await clerks.ChangeAsync(draft, content => content["id"] = "another-id");
        Assert.Contains("/id", renamed["problems"]!.AsArray().Select(problem => (string)problem!["pointer"]!));
        var same = await clerks.ChangeAsync(renamed, content => content["id"] = CatalogueHost.Domicile);
        await Assert.IsProblemAsync(await clerks.ActAsync(same, "submit"), HttpStatusCode.Conflict, "nothing-changed");
        await Assert.IsProblemAsync(await clerks.ActAsync(same, "bless"), HttpStatusCode.NotFound, "unknown-action");
        await Assert.IsProblemAsync(await Clerks.SendAsync(host.As("officer", "stf_1"), HttpMethod.Get, Path), HttpStatusCode.Forbidden, "role-required");
        await Assert.IsProblemAsync(await Clerks.SendAsync(host.Anonymous(), HttpMethod.Get, "/api/v1/catalogue/acts"), HttpStatusCode.Unauthorized, "token-required");
    }

    [Fact]
    public async Task Lists_AreByState_AndPageByCursor()
    {
        await using var host = new CatalogueHost();
        var clerks = new Clerks(host);
        var approved = await clerks.ApprovedAsync(content => content["timeLimitDays"] = 9);
        foreach (var id in new[] { "well-permit", "pond-permit", "canal-permit" })
            await Clerks.ReadAsync(await clerks.BeginAsync(new { content = Clerks.NewService(id) }), HttpStatusCode.Created);

        var found = await Clerks.ReadAsync(await clerks.Author.GetAsync($"{Path}?state=approved", CatalogueHost.Cancel));
        Assert.Equal([(string)approved["id"]!], found["items"]!.AsArray().Select(item => (string)item!["id"]!));
        var first = await Clerks.ReadAsync(await clerks.Author.GetAsync($"{Path}?state=draft&limit=2", CatalogueHost.Cancel));
        var rest = await Clerks.ReadAsync(await clerks.Author.GetAsync($"{Path}?state=draft&limit=2&cursor={first["next"]}", CatalogueHost.Cancel));
        Assert.Equal(["canal-permit", "pond-permit", "well-permit"], first["items"]!.AsArray().Concat(rest["items"]!.AsArray()).Select(item => (string)item!["serviceId"]!).Order());
        Assert.Null(rest["next"]);
        await Assert.IsProblemAsync(await clerks.Author.GetAsync($"{Path}?state=asleep", CatalogueHost.Cancel), HttpStatusCode.BadRequest, "invalid-request");
    }

    [Fact]
    public async Task Retired_IsForGood_ToldToOthers_AndNotBroughtBackByThePack()
    {
        using var pack = new PackCopy();
        await using (var host = pack.Host())
        {
            var clerks = new Clerks(host);
            await Assert.IsProblemAsync(await host.ActAsync("retire"), HttpStatusCode.BadRequest, "invalid-request");
            (await host.ActAsync("retire", new { reason = "Replaced by law" })).EnsureSuccessStatusCode();

            Assert.Equal(new ServiceSuspended(CatalogueHost.Domicile, 1, "Replaced by law"), await host.PublishedAsync<ServiceSuspended>());
            Assert.DoesNotContain(CatalogueHost.Domicile, await host.AllIdsAsync());
            Assert.Equal("retired", (await host.JsonAsync($"/api/v1/services/{CatalogueHost.Domicile}")).GetProperty("state").GetString());
            foreach (var action in new[] { "suspend", "resume", "retire" })
            {
                host.Clock.Advance(TimeSpan.FromMinutes(1));
                await Assert.IsProblemAsync(await host.ActAsync(action, new { reason = "x" }), HttpStatusCode.Conflict, "service-retired");
            }
            await Assert.IsProblemAsync(await clerks.BeginAsync(new { serviceId = CatalogueHost.Domicile }), HttpStatusCode.Conflict, "service-retired");
            var listed = await Clerks.ReadAsync(await clerks.Author.GetAsync("/api/v1/catalogue/services?state=retired", CatalogueHost.Cancel));
            Assert.Equal("Replaced by law", (string)Assert.Single(listed["items"]!.AsArray())!["because"]!);
            var log = await Clerks.ReadAsync(await clerks.Author.GetAsync($"/api/v1/catalogue/acts?service={CatalogueHost.Domicile}", CatalogueHost.Cancel));
            Assert.Equal(
                [("retire", "service-retired"), ("resume", "service-retired"), ("suspend", "service-retired"), ("retire", null)],
                log["items"]!.AsArray().Select(act => ((string)act!["kind"]!, (string?)act["refused"])));
        }

        pack.ChangeDomicile(service => service["timeLimitDays"] = 3);
        await using var again = pack.Host();
        _ = again.Server;
        Assert.Equal((1, ServiceState.Retired), (again.Shelf.Now.Services[CatalogueHost.Domicile].Number, again.Shelf.Now.Services[CatalogueHost.Domicile].State));
    }
}
