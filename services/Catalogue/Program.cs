using EServices.Catalogue.Definitions;
using EServices.Catalogue.Departments;
using EServices.Catalogue.Exchange;
using EServices.Catalogue.Geography;
using EServices.Catalogue.Guide;
using EServices.Catalogue.Launches;
using EServices.Catalogue.LinkedData;
using EServices.Catalogue.Search;
using EServices.Catalogue.Services;
using EServices.Catalogue.Statistics;
using EServices.Contracts.Application;
using EServices.Contracts.Catalogue;
using EServices.Platform.Hosting;
using EServices.Platform.Web;

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatform("catalogue", platform => platform
    .Documents(ServiceVersion.Map)
    .Documents(CountedDecision.Map)
    .Documents(Definition.Map)
    .Documents(CatalogueAct.Map)
    .Documents(LaunchBatch.Map)
    .React<CatalogueReplayRequested, WhenCatalogueReplayRequested>()
    .React<ApplicationDecided, WhenApplicationDecided>());
builder.Services.AddSingleton<Shelf>();
builder.Services.AddSingleton<WholeCatalogue>();
builder.Services.AddSingleton<Governing>();
builder.Services.AddSingleton<Launching>();
builder.Services.AddSingleton<CatalogueLog>();
builder.Services.AddSingleton<ScheduledLaunches>();
builder.Services.AddSingleton<ServiceSearch>();
builder.Services.AddSingleton<IDraftIntake, DraftIntake>();
builder.Services.AddSingleton<CatalogueImport>();
builder.Services.AddSingleton<SeedFromPack>();
builder.Services.AddSingleton<Retelling>();
builder.Services.AddHostedService(services => services.GetRequiredService<SeedFromPack>());

var app = builder.Build();
app.UsePlatform();
var api = app.MapApi();
api.MapServices();
api.MapLinkedData();
api.MapAdministration();
api.MapDefinitions();
api.MapVersions();
api.MapExchange();
api.MapBatches();
api.MapLaunches();
api.MapGuide();
api.MapChecklist();
api.MapDepartments();
api.MapGeography();
api.MapStatistics();
api.MapCatalogueStatistics();
await app.RunAsync();
