using EServices.Catalogue.Departments;
using EServices.Catalogue.Geography;
using EServices.Catalogue.Launches;
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
    .React<CatalogueReplayRequested, WhenCatalogueReplayRequested>()
    .React<ApplicationDecided, WhenApplicationDecided>());
builder.Services.AddSingleton<Shelf>();
builder.Services.AddSingleton<IServiceSearch, WordSearch>();
builder.Services.AddSingleton<SeedFromPack>();
builder.Services.AddSingleton<Retelling>();
builder.Services.AddHostedService(services => services.GetRequiredService<SeedFromPack>());

var app = builder.Build();
app.UsePlatform();
var api = app.MapApi();
api.MapServices();
api.MapAdministration();
api.MapBatches();
api.MapDepartments();
api.MapGeography();
api.MapStatistics();
await app.RunAsync();
